import type { History } from '../../core/faults/history.js';
import type { LoggedEvent } from '../../core/faults/invariants.js';
import type { ForgeHands } from './forge-hands.js';
import type { DoorAnswer, WorldParts } from './world-parts.js';

/** One pass of the checks. */
export interface Look {
  /** Invariants that could be checked; a service that is away cannot be asked about its own. */
  readonly invariants: readonly string[];
  /** Violations. */
  readonly found: readonly string[];
}

/** Looks at the log, the inbox and the forge past every proxy. */
export interface WorldObserver {
  events(): Promise<readonly LoggedEvent[]>;
  /** What can be checked at any time, in the middle of faults. */
  look(): Promise<Look>;
  /** Everything, when nothing is broken any more; throws when something does not answer. */
  lookAtRest(history: History): Promise<Look>;
  undecided(): Promise<number>;
  /** First lines of the default branch's commits, newest first. */
  commits(): Promise<readonly string[]>;
  /** Merges seen from now on need this check, too. */
  requireCheck(name: string): void;
  /** Takes the append lock in a session with a service's own settings, and says nothing more. */
  holdAppendLock(): Promise<void>;
  readonly pool: { query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }> };
}

/** A connection between two processes. */
export interface WorldLink {
  /** Where whoever connects to it on purpose finds it, on the loopback. */
  readonly port: number;
  partition(direction?: 'to-server' | 'to-client' | 'both'): void;
  halfOpen(): void;
  /** Milliseconds added to every chunk. */
  latency(ms: number): void;
  /** Carries out the request whose first bytes match and loses its answer with the connection, `times` times. */
  cutAnswer(match: RegExp, times: number): void;
  heal(): void;
  answer(match: RegExp, response: string, times: number): void;
  answered(): number;
  /** Answers that were lost so far. */
  cuts(): number;
}

/** What `/readyz` said; `status` is null when no answer came in time. */
export interface Readiness {
  readonly status: number | null;
  readonly ms: number;
  readonly notes: readonly string[];
}

/** How the gateway answered a delivery. */
export interface Sent extends DoorAnswer {
  readonly guid: string;
}

/** A process of the system and where it answers. */
export interface WorldProcess {
  readonly name: string;
  readonly pid: number | null;
}

/** One throw-away system that can be broken in every place. */
export interface World extends WorldParts {
  readonly repo: string;
  readonly observer: WorldObserver;
  /** What was done to it and by it, in order. */
  readonly history: History;
  /** Names of processes that died, in order. */
  readonly deaths: readonly string[];
  /** What a person does at the forge. */
  readonly hands: ForgeHands;
  readonly gatewayUrl: string;
  readonly conductorUrl: string;
  processes(): readonly WorldProcess[];
  /** Asks a process whether it is ready. */
  ready(process: string): Promise<Readiness>;
  /** Lines of a process's log, over all its lives. */
  log(process: string): Promise<readonly { readonly message: string; readonly [field: string]: unknown }[]>;
  /** False when there is no such process just now. `postgres` and `valkey` are processes too. */
  signal(name: string, signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT' | 'SIGQUIT'): boolean;
  /** Arms a fault point (`name[:passing][:kill|stop]`) of a process, running or not, until it strikes once. */
  arm(process: string, point: string): void;
  /** Takes back what has not struck yet. */
  disarm(process: string): void;
  /** Fault points that a process passed, and those at which it was struck. */
  passed(process: string): readonly string[];
  struck(process: string): readonly string[];
  /** Starts one more process like `name` under the very same HOSTNAME; the suite calls it `as`. */
  startTwin(name: string, as: string): Promise<void>;
  /** Starts processes that the row's `later` held back. */
  startLater(): Promise<void>;
  /** Bytes of reports that lie on a worker's disk and were not sent yet. */
  spooled(worker: string): Promise<number>;
  link(name: string): WorldLink | undefined;
  links(): readonly string[];
  valkey(...commands: readonly (readonly string[])[]): Promise<readonly string[]>;
  /** Sends the gateway a webhook of the suite's own, signed, under a GUID of its own. */
  send(event: string, payload: unknown): Promise<Sent>;
  /** Files so many issues that agents may work on. */
  file(count: number): Promise<void>;
  filed(): number;
  stop(): Promise<void>;
}
