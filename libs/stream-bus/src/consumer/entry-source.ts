/** An entry as a source hands it over. */
export interface RawEntry {
  readonly id: string;
  /** 1 for the first delivery to the group. */
  readonly attempt: number;
  readonly json: string;
}

/**
 * What a consumer needs of a store for one (stream, group, consumer). Everything throws a retryable RigError when the
 * store cannot be reached.
 */
export interface EntrySource {
  /** Makes the groups where they are missing. */
  prepare(): Promise<void>;
  /** New entries; waits up to `blockMs` for the first. */
  read(count: number, blockMs: number): Promise<readonly RawEntry[]>;
  /** Ids of this consumer's own pending entries after `after`, oldest first, at most `count`. */
  own(after: string | undefined, count: number): Promise<readonly string[]>;
  /** Begins the next try of an own pending entry; undefined when it is no longer this consumer's. */
  again(id: string): Promise<RawEntry | undefined>;
  /** Takes entries of others that were idle for so long. */
  takeOver(idleMs: number, count: number): Promise<readonly RawEntry[]>;
  ack(ids: readonly string[]): Promise<void>;
  /** To the dead list with the reason; nothing when the entry is no longer this consumer's. */
  bury(id: string, reason: string, tries: number): Promise<void>;
  setTries(id: string, tries: number): Promise<void>;
  /** Ends a waiting `read` early. */
  interrupt(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Redriven entries lie on a stream of their own (`rig:redrive:…`), because a copy on the shared stream would reach every
 * group. Their ids carry this mark, so that `ack`, `renewLease` and logs name the right entry.
 */
export const REDRIVEN = 'redriven:';

export const redriveStream = (stream: string, group: string): string =>
  `rig:redrive:${stream.replace(/^rig:/, '')}:${group}`;

/** Where an entry lies and what it is called there. */
export const locate = (stream: string, group: string, id: string): { readonly key: string; readonly id: string } =>
  id.startsWith(REDRIVEN) ? { key: redriveStream(stream, group), id: id.slice(REDRIVEN.length) } : { key: stream, id };
