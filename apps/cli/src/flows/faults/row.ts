import type { World } from './world.js';

/** What a row does with its world. */
export interface RowContext {
  readonly world: World;
  /** A short run: fewer injections of each kind. */
  readonly short: boolean;
  /** Names of the fault points in the sources. */
  readonly points: readonly string[];
  /** The next number from 0 up to 1 of the run's seed. */
  random(): number;
  injected(count?: number): void;
  violated(text: string): void;
  /** Writes something down in the row's history. */
  note(text: string): void;
  /**
   * True as soon as `check` is; false after `withinMs`. Faults of the check itself count as not yet.
   * @param what  what is waited for, in the words of a row that took too long
   */
  until(check: () => Promise<boolean> | boolean, withinMs: number, what?: string): Promise<boolean>;
  /** Waits for events of a type in the log. */
  seen(type: string, count: number, withinMs?: number): Promise<boolean>;
  pause(ms: number): Promise<void>;
  /** Milliseconds, for measuring. */
  now(): number;
}

export interface FaultRow {
  readonly row: number;
  readonly name: string;
  /** Part of the short set. */
  readonly inShort: boolean;
  /** Measures the machine: never beside another row. */
  readonly alone?: boolean;
  /** Author agents, each with one worker. Default 1. */
  readonly authors?: number;
  /** Workers of the one reviewer agent. Default 1. */
  readonly reviewers?: number;
  /** Drafts without flaws: each issue takes one round of CI and review. Short runs have none in any case. */
  readonly flawless?: boolean;
  /** Further fields of the repository's policy. */
  readonly policy?: Readonly<Record<string, string | number>>;
  /** A second process, named `…-b`, of every service, or of every process whose name matches. */
  readonly twice?: boolean | RegExp;
  /** Processes that are not there until the row starts them. */
  readonly later?: RegExp;
  /** Authors that fetch their work over HTTP, `pull-e-1` and so on; the suite itself plays them. Default none. */
  readonly claimers?: number;
  /** Settings of processes, by how their names begin. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Postgres, Valkey and the workers each on a small disk of its own. */
  readonly smallDisks?: boolean;
  /** Everything a row does, start and stop aside, must be over after so many seconds. Default 240. */
  readonly boundSeconds?: number;
  /** Why it cannot run here; undefined when it can. */
  skip?(): Promise<string | undefined>;
  run(context: RowContext): Promise<void>;
}
