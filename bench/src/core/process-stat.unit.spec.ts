import { describe, expect, it } from '@jest/globals';
import { below, parseStat, splitCpu, type ProcessStat } from './process-stat.js';

const one = (pid: number, parent: number, own: number, ended: number, command: string): ProcessStat => ({
  pid,
  parent,
  ownSeconds: own,
  endedSeconds: ended,
  command,
});

const TREE = [
  one(1, 0, 100, 100, '/sbin/init'),
  one(10, 1, 2, 0, 'node /rig/apps/cli/dist/main.js demo'),
  one(11, 10, 3, 0, 'node /rig/apps/conductor/dist/main.js'),
  one(12, 10, 1, 4, 'node /rig/apps/agent-worker/dist/main.js'),
  one(13, 12, 5, 1, 'npm test'),
  one(14, 10, 7, 2, 'node /rig/apps/dev-forge/dist/main.js'),
  one(15, 10, 1, 6, '/cache/bin/postgres -D data'),
  one(16, 15, 2, 0, 'postgres: checkpointer'),
  one(17, 1, 50, 50, 'somebody else'),
];

describe('what /proc tells', () => {
  it('is read by field, whatever stands in the name', () => {
    const fields = ['S', '7', ...Array.from({ length: 9 }, () => '0'), '150', '50', '30', '20', '20', '0'];
    expect(parseStat(`42 (a) b (c) ${fields.join(' ')}`, 'x')).toEqual(one(42, 7, 2, 0.5, 'x'));
    expect(parseStat('', 'x')).toBeUndefined();
  });

  it('is a tree, of which a process and all below it are found', () => {
    expect(below(TREE, 12).map(({ pid }) => pid)).toEqual([12, 13]);
    expect(below(TREE, 10)).toHaveLength(7);
    expect(below(TREE, 99)).toEqual([]);
  });

  it('splits CPU time into the rig itself, its stores, and what both sides start', () => {
    expect(splitCpu(TREE, 10)).toEqual({ rig: 6, stores: 9, work: 10, forge: 7, checks: 2 });
  });
});
