import type { ConsumerContext } from './context.js';
import type { Settler } from './settle.js';

const PAGE = 100;

/**
 * Takes up own pending entries that nobody here holds: of an earlier process with this name, or whose delivery was lost
 * with a connection. Runs at the start and after every trouble with the store.
 * @param room  resolves when another entry may be taken.
 */
export const recover = async <T>(
  context: ConsumerContext<T>,
  settler: Settler,
  room: () => Promise<void>,
): Promise<void> => {
  const { source, held, left, signal } = context;
  await source.prepare();
  const own = new Set<string>();
  let after: string | undefined;
  for (;;) {
    const ids = await source.own(after, PAGE);
    for (const id of ids) {
      own.add(id);
      if (held.has(id) || left.has(id)) continue;
      await room();
      if (signal.aborted) return;
      held.add(id);
      await settler.resume(id);
    }
    after = ids.at(-1);
    if (ids.length < PAGE) break;
  }
  for (const id of left) if (!own.has(id)) left.delete(id);
};
