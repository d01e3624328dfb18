import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Op = z.tuple([z.string(), z.union([z.string(), z.number()]), z.unknown()]);
const Line = z.array(Op);

/** table, key, row (null: removed) */
export type JournalOp = z.infer<typeof Op>;

export interface Journal {
  /** What was kept, in the order in which it was written. */
  readonly kept: readonly JournalOp[];
  add(op: JournalOp): void;
  /** Writes all that was added since as one line: after a kill it is there as a whole or not at all. */
  flush(): void;
  /** Replaces everything kept by these rows. */
  compact(ops: Iterable<JournalOp>): void;
  close(): void;
}

const fileName = 'journal.jsonl';

const readLines = (path: string): JournalOp[] => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const lines = text.split('\n');
  // What stands after the last line break was cut off by a kill; nobody was told that it happened.
  lines.pop();
  return lines.flatMap((line) => Line.parse(JSON.parse(line)));
};

const writeAll = (fd: number, text: string): void => {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
};

/** An append-only file of changes. A write reaches the kernel before it is acknowledged; that survives `kill -9`. */
export const openJournal = (dir: string): Journal => {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, fileName);
  const kept = readLines(path);
  let pending: JournalOp[] = [];
  let fd = openSync(path, 'a');

  const compact = (ops: Iterable<JournalOp>): void => {
    const next = `${path}.next`;
    const nextFd = openSync(next, 'w');
    for (const op of ops) writeAll(nextFd, `${JSON.stringify([op])}\n`);
    fsyncSync(nextFd);
    closeSync(nextFd);
    renameSync(next, path);
    closeSync(fd);
    fd = openSync(path, 'a');
  };

  const flush = (): void => {
    if (pending.length === 0) return;
    const line = `${JSON.stringify(pending)}\n`;
    pending = [];
    writeAll(fd, line);
  };

  return {
    kept,
    add: (op) => {
      if (pending.length === 0) queueMicrotask(flush);
      pending.push(op);
    },
    flush,
    compact,
    close: () => {
      flush();
      closeSync(fd);
    },
  };
};
