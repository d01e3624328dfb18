import { describe, expect, it } from '@jest/globals';
import { runCorpus } from './index.js';
import { allowed, blocked } from './testing/corpora.js';

const told = (cases: Parameters<typeof runCorpus>[0]): readonly string[] =>
  runCorpus(cases).map(
    ({ case: one, decision }) =>
      `${one.cmd} -> ${decision.decision === 'block' ? decision.rule : 'allow'}, not ${one.rule ?? 'allow'}`,
  );

describe('the corpora', () => {
  it('hold at least 600 cases, a third of them harmless', () => {
    expect(blocked.length + allowed.length).toBeGreaterThanOrEqual(600);
    expect(allowed.length * 2).toBeGreaterThanOrEqual(blocked.length);
  });

  it('say of no command that it is both', () => {
    const harmless = new Set(allowed.filter(({ cwd }) => cwd === undefined).map(({ cmd }) => cmd));
    expect(blocked.filter(({ cmd, cwd, workspace }) => (cwd ?? workspace) === undefined && harmless.has(cmd))).toEqual(
      [],
    );
  });

  it('name a rule for every blocked command and none for an allowed one', () => {
    expect(blocked.filter(({ rule }) => rule === undefined)).toEqual([]);
    expect(allowed.filter(({ rule }) => rule !== undefined)).toEqual([]);
  });

  it('are decided without a miss', () => {
    expect(told(blocked)).toEqual([]);
  });

  it('are decided without a false block', () => {
    expect(told(allowed)).toEqual([]);
  });
});
