import type { z } from 'zod';

/** The kind of log stream an event lies on; see `subjects.ts` for how a stream is named. */
export type SubjectKind = 'issue' | 'pull' | 'repo' | 'agent' | 'system';

/** Data of an event as an earlier version of Rig wrote it; it lies in logs for ever. */
export interface EarlierVersion {
  /** Data that must parse, and become data of the newest version. */
  readonly golden: unknown;
  /** The same as data of the next version. */
  toNext(data: unknown): { success: true; data: unknown } | { success: false; error: z.ZodError };
}

/** @param version  `upcast` is pure: two readers of one event must not differ. */
export const earlierVersion = <S extends z.ZodType>(version: {
  readonly data: S;
  readonly golden: z.input<S>;
  upcast(data: z.output<S>): unknown;
}): EarlierVersion => ({
  golden: version.golden,
  toNext: (data) => {
    const parsed = version.data.safeParse(data);
    return parsed.success ? { success: true, data: version.upcast(parsed.data) } : parsed;
  },
});

export interface EventDefinition<T extends string = string, S extends z.ZodType = z.ZodType> {
  readonly type: T;
  /** Within a version only additions; anything else is a new version and an upcast. */
  readonly version: number;
  /** Versions 1, 2, … up to the one before `version`, each with the way to the next; none for version 1. */
  readonly earlier?: readonly EarlierVersion[];
  readonly subject: readonly SubjectKind[];
  /** One sentence for docs/events.md. */
  readonly sentence: string;
  readonly data: S;
  /** Data that must parse for as long as this version exists. */
  readonly golden: z.input<S>;
  /** The app that commits it. */
  readonly producer: 'conductor';
  /** The apps that act on it; an event nobody acts on is kept for `audit`. */
  readonly consumers: readonly ('conductor' | 'dispatcher' | 'agent-worker' | 'guard-svc')[];
  readonly audit?: true;
}

export const defineEvent = <const T extends string, S extends z.ZodType>(
  definition: EventDefinition<T, S>,
): EventDefinition<T, S> => definition;
