import { describe, expect, it } from '@jest/globals';
import { judgeCommand, RULES } from './index.js';
import { blocked, HERE } from './testing/corpora.js';

const judge = (command: string) => judgeCommand({ command, ...HERE });
const published = (id: string): string => id.replace(/^(self\.tamper|git\.hooks-tamper)\..*$/, '$1');

describe('the rules', () => {
  it('have ids of their own', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  });

  it.each(RULES.filter(({ example }) => example !== '').map((rule) => [rule.id, rule.example] as const))(
    '%s refuses its example: %s',
    (id, example) => {
      expect(judge(example)).toMatchObject({ decision: 'block', rule: published(id) });
    },
  );

  it.each(RULES.map((rule) => [rule.id, rule.alternative] as const))(
    '%s proposes what passes: %s',
    (_id, alternative) => {
      expect(judge(alternative)).toMatchObject({ decision: 'allow' });
    },
  );

  it('propose something in every refusal that passes, and say why', () => {
    for (const { cmd } of blocked) {
      const decision = judge(cmd);
      if (decision.decision !== 'block') continue;
      expect(decision.message.length).toBeGreaterThan(10);
      expect(judge(decision.alternative)).toMatchObject({ decision: 'allow' });
    }
  });

  it('are all shown by the corpus', () => {
    const shown = new Set(blocked.map(({ rule }) => rule));
    const missing = RULES.map(({ id }) => published(id)).filter((id) => !id.startsWith('policy.') && !shown.has(id));
    expect([...new Set(missing)]).toEqual([]);
  });
});
