import type { TaskKind } from '@rig/contracts';

/** Something the dispatcher wants the conductor to commit. */
export type Intent =
  | {
      readonly kind: 'assign';
      readonly key: string;
      readonly subject: string;
      readonly task: TaskKind;
      readonly agent: string;
      readonly headSha: string | null;
    }
  | {
      readonly kind: 'defer';
      readonly key: string;
      readonly subject: string;
      readonly code: string;
      readonly message: string;
    }
  | {
      readonly kind: 'attempt-lost';
      readonly key: string;
      readonly subject: string;
      readonly taskId: string;
      readonly fence: number;
      readonly reason: string;
    };

export type AssignIntent = Extract<Intent, { kind: 'assign' }>;

/** One assignment per issue or pull request at a time, whatever its kind or agent. */
export const assignKey = (subject: string): string => `assign:${subject}`;
export const deferKey = (subject: string): string => `defer:${subject}`;
export const lostKey = (taskId: string, fence: number): string => `lost:${taskId}:${fence}`;
