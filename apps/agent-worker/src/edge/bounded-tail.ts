/** Keeps the last `max` characters of what is written to it; a flood costs no memory. */
export const createTail = (max: number): { write(chunk: Buffer): void; text(): string } => {
  let kept = Buffer.alloc(0);
  return {
    write: (chunk) => {
      kept = Buffer.concat([kept, chunk.subarray(Math.max(0, chunk.length - max))]);
      if (kept.length > max) kept = Buffer.from(kept.subarray(kept.length - max));
    },
    text: () => kept.toString('utf8').trim(),
  };
};
