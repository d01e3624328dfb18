import { describe, expect, it } from '@jest/globals';
import type { Block } from './block.js';
import { spikesOf, type History, type Spike } from './spikes.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 2, 2, 12);

const blockAt = (at: number, change: Partial<Block> = {}): Block => ({
  id: `id-${at}`,
  position: at,
  agent: 'dev-e-1',
  rule: 'priv.sudo',
  taskId: null,
  taskSubject: null,
  at,
  ...change,
});
const near = (...minutes: readonly number[]): readonly Block[] => minutes.map((at) => blockAt(NOON + at * MINUTE));
const history = (change: Partial<History> = {}): History => ({ near: [], weekBlocks: 0, spikes: [], ...change });
const told = (spikes: readonly Spike[]): readonly string[] => spikes.map(({ cause, blocks }) => `${cause} ${blocks}`);

describe('a burst', () => {
  it.each([
    ['five blocks within ten minutes', [-9, -8, -2, -1], ['burst 5']],
    ['four blocks', [-9, -2, -1], []],
    ['the fifth exactly ten minutes ago', [-10, -8, -2, -1], []],
    ['blocks on both sides of one that came late', [-4, -3, 2, 3], ['burst 5']],
    ['blocks on both sides, too far apart', [-9, -8, 2, 3], []],
    ['twenty blocks', Array.from({ length: 19 }, (_, n) => -n / 4), ['burst 20']],
  ])('%s', (_what, minutes, spikes) => {
    expect(told(spikesOf(blockAt(NOON), history({ near: near(...minutes) })))).toEqual(spikes);
  });

  it('is not reported again before ten minutes have passed', () => {
    const blocks = near(-9, -8, -2, -1);
    const after = (minutes: number) =>
      history({ near: blocks, spikes: [{ cause: 'burst', at: NOON - minutes * MINUTE }] });
    expect(told(spikesOf(blockAt(NOON), after(9)))).toEqual([]);
    expect(told(spikesOf(blockAt(NOON), after(10)))).toEqual(['burst 5']);
    const rate = history({ near: blocks, spikes: [{ cause: 'rate', at: NOON }] });
    expect(told(spikesOf(blockAt(NOON), rate))).toEqual(['burst 5']);
  });

  it('says which rules, and which task it came to light in', () => {
    const task = { taskId: '0197f3a0-0000-8000-8000-000000000001', taskSubject: 'issue/acme/greeter/7' };
    const blocks = ['a', 'b', 'b', 'b'].map((rule, n) => blockAt(NOON - (n + 1) * MINUTE, { rule }));
    const [spike] = spikesOf(blockAt(NOON, { rule: 'a', ...task }), history({ near: blocks }));
    expect(spike).toMatchObject({
      agent: 'dev-e-1',
      trigger: { at: NOON },
      from: NOON - 4 * MINUTE,
      at: NOON,
      rules: [
        { rule: 'b', blocks: 3 },
        { rule: 'a', blocks: 2 },
      ],
      ...task,
    });
  });
});

describe('a rate', () => {
  it.each([
    ['three in an hour, seven in the week before', [-40, -20], 7, ['rate 3']],
    ['two in an hour', [-20], 7, []],
    ['three in an hour, no habit to depart from', [-40, -20], 6, []],
    ['three in an hour, one an hour in the week before', [-40, -20], 168, ['rate 3']],
    ['three in an hour, more than one an hour in the week before', [-40, -20], 169, []],
    ['six in an hour, two an hour in the week before', [-50, -40, -30, -20, -10], 336, ['rate 6']],
    ['six in an hour, more than two an hour in the week before', [-50, -40, -30, -20, -10], 337, []],
    ['the third exactly an hour ago', [-60, -20], 7, []],
  ])('%s', (_what, minutes, weekBlocks, spikes) => {
    expect(told(spikesOf(blockAt(NOON), history({ near: near(...minutes), weekBlocks })))).toEqual(spikes);
  });

  it('is not reported again before an hour has passed', () => {
    const after = (ms: number) =>
      history({ near: near(-40, -20), weekBlocks: 7, spikes: [{ cause: 'rate', at: NOON - ms }] });
    expect(told(spikesOf(blockAt(NOON), after(HOUR - 1)))).toEqual([]);
    expect(told(spikesOf(blockAt(NOON), after(HOUR)))).toEqual(['rate 3']);
  });

  it('and a burst may come to light in one block', () => {
    const both = history({ near: near(-9, -8, -2, -1), weekBlocks: 7 });
    expect(told(spikesOf(blockAt(NOON), both))).toEqual(['burst 5', 'rate 5']);
  });
});
