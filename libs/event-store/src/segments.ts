import type { AppendItem } from './event-store.js';

/** What the items of a segment have touched so far. */
interface Touched {
  readonly subjects: Set<string>;
  readonly uses: Set<string>;
}

/** Whether an item may be judged before anything of the segment is written; not if nobody knows what it rests on. */
const fits = ({ guards = [] }: AppendItem, { subjects, uses }: Touched): boolean =>
  guards.every(
    ({ restsOn }) =>
      restsOn !== undefined &&
      !restsOn.subjects.some((subject) => subjects.has(subject)) &&
      !restsOn.uses.some((name) => uses.has(name)),
  );

const touch = ({ writes, guards = [] }: AppendItem, { subjects, uses }: Touched): void => {
  for (const { subject } of writes) subjects.add(subject);
  for (const { restsOn } of guards) for (const name of restsOn?.uses ?? []) uses.add(name);
};

/**
 * Cuts a batch so that a guard sees everything before it that it rests on. The guards of a segment are judged first,
 * then all its items are written.
 * @returns the places of the items, segment by segment, in order
 */
export const cutIntoSegments = (items: readonly AppendItem[]): readonly (readonly number[])[] => {
  const segments: number[][] = [];
  let touched: Touched = { subjects: new Set(), uses: new Set() };
  items.forEach((item, index) => {
    const last = segments.at(-1);
    if (last !== undefined && fits(item, touched)) last.push(index);
    else {
      segments.push([index]);
      touched = { subjects: new Set(), uses: new Set() };
    }
    touch(item, touched);
  });
  return segments;
};
