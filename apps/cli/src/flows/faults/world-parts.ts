import type { EndState } from '../../core/faults/end-state.js';

/** A webhook delivery as its bytes went over the wire. */
export interface RecordedDelivery {
  readonly guid: string;
  readonly event: string;
  readonly body: string;
}

/** What a front door said. */
export interface DoorAnswer {
  /** 0: the connection was cut before an answer came. */
  readonly status: number;
  /** Code of the problem; empty where there is none. */
  readonly code: string;
  readonly retryAfter: string | null;
  /** Id of what was accepted. */
  readonly id: string;
  readonly ms: number;
}

/** How the GUIDs of forged deliveries begin. */
export const FORGED = 'forged-';

/** A delivery that must not come in. */
export interface Forgery {
  readonly name: string;
  readonly allowed: readonly number[];
  send(): Promise<DoorAnswer>;
}

/** The system's doors, past every proxy: what the forge, the agents and the operator can do. */
export interface Doors {
  /** Sends a delivery, signed as the forge signs. */
  deliver(delivery: RecordedDelivery): Promise<DoorAnswer>;
  /** Everything that may be wrong with a delivery. */
  forgeries(delivery: RecordedDelivery): readonly Forgery[];
  /** Sends a body to `POST /api/events` in the name of an agent. */
  report(agent: string, body: unknown): Promise<DoorAnswer & { readonly body: unknown }>;
  /** What a worker asks the conductor about a task, in the name of an agent. */
  task(
    agent: string,
    taskId: string,
    verb: 'start' | 'token' | 'renew',
    body: Readonly<Record<string, unknown>>,
  ): Promise<DoorAnswer & { readonly body: unknown }>;
  /** Asks the guard service about a command, in the name of an agent. */
  check(agent: string, cmd: string): Promise<DoorAnswer>;
  /** A call of the operator to the conductor; `body` is what it answered. */
  operate(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  ready(service: 'gateway' | 'conductor'): Promise<boolean>;
}

export interface DeadLetter {
  readonly list: string;
  readonly id: string;
  readonly reason: string;
  readonly tries: number;
  /** The payload as text. */
  readonly json: string;
}

/** The streams, looked at past every proxy. */
export interface Streams {
  /** Adds an entry as it stands, under an automatic id. */
  add(stream: string, json: string): Promise<void>;
  /** The same on a stream whose ids are positions: an automatic one would shut out every later event. */
  addAtLast(stream: string, json: string): Promise<void>;
  lastPosition(stream: string): Promise<number>;
  firstPosition(stream: string): Promise<number | undefined>;
  groups(
    stream: string,
  ): Promise<
    readonly { readonly name: string; readonly pending: number; readonly lag: number; readonly lastPosition: number }[]
  >;
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** Makes everything that lies on a stream so much older for its trimming, in milliseconds. */
  age(stream: string, ms: number): Promise<void>;
  /** One pass of the trimming that the conductor does every minute. Resolves to how many entries went. */
  trim(stream: string): Promise<number>;
  /** Entries that a group has taken and not acknowledged, and that are gone from the stream. */
  lostPending(stream: string, group: string): Promise<number>;
}

/** What lies in Postgres. */
export interface Records {
  /** Every delivery that was accepted, in the order in which it came. */
  deliveries(): Promise<readonly RecordedDelivery[]>;
  /** Entries of the inbox; only those whose GUID begins so, if one is given. */
  inboxRows(guidPrefix?: string): Promise<number>;
  /** What became of one entry of the inbox. */
  outcome(id: string): Promise<{ readonly outcome: string | null; readonly reason: string | null } | undefined>;
  /** Makes everything in the inbox at least so many hours old. */
  age(hours: number): Promise<void>;
  endState(): Promise<EndState>;
  /** The board that the dispatcher saved last. */
  board(): Promise<SavedBoard | undefined>;
  forgetBoard(): Promise<void>;
}

export interface SavedBoard {
  readonly position: number;
  readonly state: unknown;
}

/** What a person and the conductor's App can do at the forge. */
export interface ForgeSide {
  /** Files an issue that no agent may work on; resolves to its number. */
  fileUnapproved(title: string): Promise<number>;
  edit(issue: number, change: { readonly title?: string; readonly state?: 'open' | 'closed' }): Promise<void>;
  /** Every delivery that the forge made, sent or not, oldest first; redeliveries left out. */
  deliveries(): Promise<readonly RecordedDelivery[]>;
  /** Sends deliveries elsewhere from now on; to the gateway again without an address. */
  deliverTo(url?: string): Promise<void>;
  /** How the forge answers the first request of a push that is made with a token. */
  pushStatus(token: string): Promise<number>;
}

/** An agent that fetches its work over HTTP and never gets it done: it starts, tells of steps, and hands back. */
export interface Claimer {
  readonly id: string;
  /** Asks twice at once for its one slot, and works on what it gets. Resolves to how many tasks that were. */
  once(signal: AbortSignal): Promise<number>;
  /** Hands back whatever it still holds; true when that is nothing. */
  drop(): Promise<boolean>;
}

/** Folders of a run that may lie on disks of their own. */
export type DiskName = 'postgres' | 'valkey' | 'work';

/** A disk that is small enough to be filled. */
export interface Disk {
  /** Leaves no byte on it, until it is freed. */
  fill(): Promise<void>;
  free(): Promise<void>;
}

export interface WorldParts {
  /** Undefined where the row did not ask for small disks. */
  disk(name: DiskName): Disk | undefined;
  /** @param slow  milliseconds between the steps of a task, from 0 up to this, as `random` says */
  claimer(n: number, random: () => number, slow: number): Claimer;
  /** Folds the recorded histories of earlier versions with this checkout's code; counts of tests. */
  replayHistories(): Promise<{ readonly passed: number; readonly failed: number; readonly note?: string }>;
  /** Resident memory of a process, in MiB; undefined where it cannot be known. */
  memory(process: string): Promise<number | undefined>;
  readonly forge: ForgeSide;
  readonly doors: Doors;
  readonly streams: Streams;
  readonly records: Records;
}
