import type { z } from 'zod';

/** The kind of log stream an event lies on; see `subjects.ts` for how a stream is named. */
export type SubjectKind = 'issue' | 'pull' | 'repo' | 'agent' | 'system';

export interface EventDefinition<T extends string = string, S extends z.ZodType = z.ZodType> {
  readonly type: T;
  /** Within a version only additions; anything else is a new version and an upcast. */
  readonly version: number;
  readonly subject: readonly SubjectKind[];
  /** One sentence for docs/events.md. */
  readonly sentence: string;
  readonly data: S;
  /** Data that must parse for as long as this version exists. */
  readonly golden: z.input<S>;
  /** The app that commits it. */
  readonly producer: 'conductor';
  /** The apps that act on it; an event nobody acts on is kept for `audit`. */
  readonly consumers: readonly ('conductor' | 'dispatcher' | 'agent-worker')[];
  readonly audit?: true;
}

export const defineEvent = <const T extends string, S extends z.ZodType>(
  definition: EventDefinition<T, S>,
): EventDefinition<T, S> => definition;
