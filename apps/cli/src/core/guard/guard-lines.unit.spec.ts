import { describe, expect, it } from '@jest/globals';
import { explainCommand, judgeCommand, runCorpus, type CorpusCase } from '@rig/guard';
import { plain } from '../format.js';
import { corpusLines, corpusReport } from './corpus-report.js';
import { answerOf, decisionLines, unreadable } from './decision-lines.js';
import { explanationLines } from './explanation-lines.js';
import { parseQuestion } from './question.js';

const HERE = { cwd: '/code/repo', workspace: '/code/repo' };
const judge = (command: string) => judgeCommand({ command, ...HERE });

describe('a decision', () => {
  it('tells people the rule, the reason, the way in and what to do instead', () => {
    const [rule, reason, way, instead] = decisionLines(judge('bash -c "git push -f"'), plain);
    expect(rule).toBe('blocked by git.push-force (git)');
    expect(reason).toContain('forced push');
    expect(way).toBe('  found through: bash -c');
    expect(instead).toBe('  instead: git push --force-with-lease');
    expect(decisionLines(judge('ls'), plain)).toEqual(['allowed']);
  });

  it('is short in an answer to a machine', () => {
    expect(answerOf(judge('ls'))).toEqual({ decision: 'allow' });
    expect(answerOf(judge('sudo ls'))).toEqual({ decision: 'block', rule: 'priv.sudo' });
    expect(answerOf(judge('bash -c "sudo ls"'))).toEqual({ decision: 'block', rule: 'priv.sudo', via: ['bash -c'] });
    expect(unreadable('not\u001b JSON')).toEqual({
      decision: 'block',
      rule: 'guard.unparseable',
      error: 'not JSON',
    });
  });

  it('is explained by parse, way in, facts and rule', () => {
    const lines = explanationLines(explainCommand({ command: 'bash -c "git push -f"', ...HERE }), plain);
    expect(lines).toContain('Parse');
    expect(lines).toContain('      Command bash -c "git push -f"');
    expect(lines).toContain('  bash -c');
    expect(lines.some((line) => line.includes('"hazard":"push-force"') && line.includes('through bash -c'))).toBe(true);
    expect(lines).toContain('  blocked by git.push-force (git)');
  });
});

describe('a question', () => {
  it('has a command, and may have folders', () => {
    const line = '{"cmd":"ls","cwd":"/a","workspace":"/b","more":1}';
    expect(parseQuestion(line)).toEqual({ ok: true, value: { cmd: 'ls', cwd: '/a', workspace: '/b' } });
  });

  it.each([
    ['', 'not JSON'],
    ['{"cmd"', 'not JSON'],
    ['[]', 'the line: '],
    ['{}', 'cmd: '],
    ['{"cmd":1}', 'cmd: '],
    ['{"cmd":"ls","cwd":"here"}', 'cwd: must be an absolute path'],
  ])('is refused as %j', (line, why) => {
    const question = parseQuestion(line);
    expect(question.ok ? '' : question.refusal.message).toContain(why);
  });
});

describe('a corpus', () => {
  const cases: readonly CorpusCase[] = [
    { cmd: 'sudo ls', rule: 'priv.sudo', class: 'b' },
    { cmd: 'ls', rule: 'priv.sudo', class: 'a' },
    { cmd: 'sudo id', class: 'a' },
    { cmd: 'rm -rf /', rule: 'priv.sudo', class: 'a' },
  ];

  it('is counted by class, and each wrong decision is shown', () => {
    const report = corpusReport(cases, runCorpus(cases));
    expect(report.classes).toEqual([
      { class: 'a', blocked: 2, allowed: 1, missed: 1, falseBlocks: 1, otherRule: 1 },
      { class: 'b', blocked: 1, allowed: 0, missed: 0, falseBlocks: 0, otherRule: 0 },
    ]);
    expect(report.wrong).toMatchObject([
      { kind: 'missed', cmd: 'ls', expected: 'priv.sudo', decided: 'allow' },
      { kind: 'false-block', cmd: 'sudo id', expected: 'allow', decided: 'priv.sudo' },
      { kind: 'other-rule', decided: 'fs.rm.root' },
    ]);
    expect(corpusLines(report, plain).at(-1)).toBe('3 of 4 cases decided wrongly');
  });

  it('without a wrong decision says so', () => {
    const good = cases.slice(0, 1);
    expect(corpusLines(corpusReport(good, runCorpus(good)), plain).at(-1)).toBe(
      '1 cases, each decided as it should be',
    );
  });
});
