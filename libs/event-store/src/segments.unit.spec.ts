import { describe, expect, it } from '@jest/globals';
import type { AppendItem, StoreCall } from './event-store.js';
import { cutIntoSegments } from './segments.js';

const item = (subject: string, ...guards: readonly StoreCall[]): AppendItem => ({
  writes: [{ subject, expectedVersion: 0, events: [] }],
  guards,
});
const slot = (agent: string): StoreCall => ({ name: 'slot', args: {}, restsOn: { subjects: [], uses: [agent] } });
const unpaused = (...subjects: readonly string[]): StoreCall => ({
  name: 'unpaused',
  args: {},
  restsOn: { subjects, uses: [] },
});
const unknown: StoreCall = { name: 'unknown', args: {} };

describe('the segments of a batch', () => {
  it.each<[string, readonly AppendItem[], readonly (readonly number[])[]]>([
    ['nothing is nothing', [], []],
    ['what has no guards is one', [item('a'), item('b'), item('a')], [[0, 1, 2]]],
    ['guards that rest on different things are one', [item('a', slot('x')), item('b', slot('y'))], [[0, 1]]],
    [
      'what uses the same thing is judged one after the other',
      [item('a', slot('x')), item('b', slot('x'))],
      [[0], [1]],
    ],
    [
      'a guard sees what was written to a stream that it rests on',
      [item('rig'), item('b', unpaused('rig')), item('c', unpaused('rig'))],
      [[0], [1, 2]],
    ],
    ['what is written later does not matter', [item('b', unpaused('rig')), item('rig')], [[0, 1]]],
    ['of a guard that does not say nothing is assumed', [item('a'), item('b', unknown), item('c')], [[0], [1, 2]]],
    [
      'a segment forgets what was before it',
      [item('a', slot('x')), item('b', slot('x')), item('c', slot('y'))],
      [[0], [1, 2]],
    ],
  ])('%s', (_what, items, segments) => {
    expect(cutIntoSegments(items)).toEqual(segments);
  });
});
