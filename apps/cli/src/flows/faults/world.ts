import type { WorldParts } from './world-parts.js';

/** What a row needs of the log: its events and the checks over it. */
export interface WorldObserver {
  events(): Promise<readonly { readonly type: string; readonly subject: string; readonly position: number }[]>;
  check(): Promise<readonly string[] | undefined>;
  undecided(): Promise<number>;
  merges(repo: string): Promise<readonly string[]>;
  replay(): Promise<readonly string[]>;
  readonly pool: { query(text: string): Promise<unknown> };
}

export interface WorldLink {
  partition(direction?: 'to-server' | 'to-client' | 'both'): void;
  halfOpen(): void;
  heal(): void;
  answer(match: RegExp, response: string, times: number): void;
  answered(): number;
}

/** One throw-away system that can be broken in every place. */
export interface World extends WorldParts {
  readonly repo: string;
  readonly observer: WorldObserver;
  /** Names of processes that died, in order. */
  readonly deaths: readonly string[];
  readonly gatewayUrl: string;
  readonly conductorUrl: string;
  processes(): readonly { readonly name: string; readonly pid: number | null }[];
  /** False when there is no such process just now. `postgres` and `valkey` are processes too. */
  signal(name: string, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGQUIT'): boolean;
  /** Arms a fault point (`name[:passing][:kill|stop]`) for the next start of a process. */
  arm(process: string, point: string): void;
  link(name: string): WorldLink | undefined;
  links(): readonly string[];
  valkey(...commands: readonly (readonly string[])[]): Promise<readonly string[]>;
  /** Files so many issues that agents may work on. */
  file(count: number): Promise<void>;
  filed(): number;
  stop(): Promise<void>;
}
