import { describe, expect, it } from '@jest/globals';
import { AT, committed, inReview, LATER, step } from '../testing/history.js';
import { foldStates, pullsNamed, until } from './state-at.js';

const history = committed(...inReview);
const positions = (part: typeof history): readonly number[] => part.map(({ position }) => position);

describe('a point in the past', () => {
  it('is a position', () => {
    expect(positions(until(history, { position: 3 }))).toEqual([1, 2, 3]);
    expect(until(history, { position: 0 })).toEqual([]);
  });

  it('is a time: all events up to the first later one', () => {
    const timed = history.map((event, index) => ({ ...event, time: index === 4 ? LATER : AT }));
    expect(positions(until(timed, { time: AT }))).toEqual([1, 2, 3, 4]);
    expect(positions(until(timed, { time: LATER }))).toEqual(positions(history));
    expect(until(timed, { time: '2026-03-02T09:29:59.999Z' })).toEqual([]);
  });

  it('has the states of that point', () => {
    expect(foldStates(until(history, { position: 4 }))).toMatchObject({ issue: { phase: 'working' }, pull: undefined });
    expect(foldStates(history)).toMatchObject({ issue: { phase: 'in-review', pr: 8 }, pull: { status: 'open' } });
  });

  it('knows the pull requests that the issue named', () => {
    expect(pullsNamed(history)).toEqual([8]);
    expect(pullsNamed(committed(step.opened))).toEqual([]);
  });
});
