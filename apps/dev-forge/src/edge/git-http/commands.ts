import { Transform, type TransformCallback } from 'node:stream';

/** The most bytes of a push that are looked at for its commands: some 5,000 refs. */
const headLimit = 1024 * 1024;

/** One ref that a push wants to move. */
export interface PushCommand {
  readonly ref: string;
  /** Where the client saw it; git takes the command only if that is true. */
  readonly before: string;
  readonly after: string;
}

/** What a push wants to move, from the packet lines at its beginning. */
export const readCommands = (head: Buffer): PushCommand[] => {
  const commands: PushCommand[] = [];
  for (let at = 0; at + 4 <= head.length;) {
    const length = Number.parseInt(head.subarray(at, at + 4).toString('latin1'), 16);
    if (!Number.isInteger(length) || length < 4) break;
    const line = head.subarray(at + 4, at + length).toString('utf8');
    const [, before, after, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) ([^\0\n]+)/.exec(line) ?? [];
    if (before !== undefined && after !== undefined && ref !== undefined) commands.push({ ref, before, after });
    at += length;
  }
  return commands;
};

/** Passes a push on and keeps its beginning. */
export const createCommandTap = (): { readonly tap: Transform; commands(): PushCommand[] } => {
  let head = Buffer.alloc(0);
  const tap = new Transform({
    transform: (chunk: Buffer, _encoding, done: TransformCallback) => {
      if (head.length < headLimit) head = Buffer.concat([head, chunk.subarray(0, headLimit - head.length)]);
      done(null, chunk);
    },
  });
  return { tap, commands: () => readCommands(head) };
};
