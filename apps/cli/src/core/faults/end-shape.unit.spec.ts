import { describe, expect, it } from '@jest/globals';
import { endShapes } from './end-shape.js';
import { endStateOf } from './end-state.js';

const done = { phase: 'done', open: false, task: null, block: null, assignments: 1 };
const merged = { status: 'merged', review: null, fix: null, merging: null };
const row = (key: string, state: object) => ({ key, state });
const two = [
  row('issue issue/a/b/1', { ...done, number: 1, pr: 2, failures: 0 }),
  row('pull pull/a/b/2', { ...merged, number: 2 }),
  row('issue issue/a/b/3', { ...done, number: 3, pr: 4, failures: 2 }),
  row('pull pull/a/b/4', { ...merged, number: 4 }),
];

describe('how issues ended', () => {
  it('is the same whatever they were called and whatever failed on the way', () => {
    const { ends, left } = endShapes(endStateOf(two));
    expect([...ends.values()]).toEqual([['#1', '#3']]);
    expect(left).toEqual([]);
  });

  it('differs where one is not done, holds a task, or has a pull request of its own', () => {
    const more = [
      row('issue issue/a/b/5', { ...done, number: 5, pr: null, phase: 'ready' }),
      row('pull pull/a/b/6', { ...merged, number: 6, status: 'open' }),
      row('task t', { live: true }),
    ];
    const { ends, left } = endShapes(endStateOf([...two, ...more]));
    expect(ends.size).toBe(2);
    expect(left).toEqual(['task t is live', '#6 belongs to no issue']);
  });
});
