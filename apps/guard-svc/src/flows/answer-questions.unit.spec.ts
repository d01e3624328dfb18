import { describe, expect, it } from '@jest/globals';
import { GuardQuestions, type Fact, type GuardQuestion } from '@rig/contracts';
import { NO_POLICY, parseGuardPolicy, type GuardPolicy } from '@rig/guard';
import { silentLogger } from '@rig/kernel';
import { fakeClock } from '@rig/testkit';
import { createAnswerQuestions } from './answer-questions.js';
import { createCheckCommands } from './check-commands.js';
import { createReportBlocks, MAX_WAITING } from './report-blocks.js';
import type { FactKeeper } from './ports.js';

const open = (policy: GuardPolicy = NO_POLICY) => {
  const facts: Fact[] = [];
  const check = createCheckCommands({
    policy: () => policy,
    pause: async () => undefined,
    seconds: () => 0,
    onDecision: () => undefined,
  });
  const report = async (found: readonly Fact[]): Promise<boolean> => {
    facts.push(...found);
    return true;
  };
  return { answer: createAnswerQuestions({ check, report, clock: fakeClock() }), facts };
};
const ID = '0197f3a0-0000-7000-8000-00000000000a';

describe('answers', () => {
  it('stand in the order of the questions, of commands and of tools', async () => {
    const { answer } = open();
    const questions = GuardQuestions.parse([
      { cmd: 'sudo ls' },
      { cmd: 'ls' },
      { tool: 'Write', input: { file_path: '/code/b/c' }, workspace: '/code/a' },
      { tool: 'Write', input: { file_path: '/code/a/b' }, workspace: '/code/a' },
      { tool: 'Bash', input: { command: 'git push -f' } },
      { cmd: 'bash x.sh', workspace: '/w', scripts: { '/w/x.sh': 'rm -rf /' } },
    ]);
    const { decisions } = await answer(questions, undefined);
    expect(decisions.map(({ decision, rule }) => rule ?? decision)).toEqual([
      'priv.sudo',
      'allow',
      'fs.write.outside-workspace',
      'allow',
      'git.push-force',
      'fs.rm.root',
    ]);
  });

  it('carry what the policy says, and its hash', async () => {
    const policy = parseGuardPolicy('protectedHosts: [prod.acme.example]');
    if (!policy.ok) throw new Error(policy.refusal.message);
    const { decisions } = await open(policy.value).answer([{ cmd: 'curl prod.acme.example' }], undefined);
    expect(decisions).toMatchObject([{ decision: 'block', policyHash: policy.value.hash }]);
  });

  it('to an agent leave a record of each block, without its secrets; to a person they leave none', async () => {
    const { answer, facts } = open();
    const question: GuardQuestion = { cmd: 'PASSWORD=hunter22 sudo ls', workspace: '/w', id: ID };
    expect(await answer([question, { cmd: 'ls' }], 'dev-e-1')).toMatchObject({ recorded: true });
    expect(facts).toMatchObject([
      {
        type: 'GUARD_BLOCKED',
        actor: { kind: 'service', id: 'guard-svc' },
        subject: 'agent/dev-e-1',
        data: { agent: 'dev-e-1', rule: 'priv.sudo', command: 'PASSWORD=*** sudo ls', workspace: '/w' },
      },
    ]);
    expect(await answer([{ cmd: 'ls' }], 'dev-e-1')).not.toHaveProperty('recorded');
    expect(await answer([question], undefined)).not.toHaveProperty('recorded');
    expect(facts).toHaveLength(1);
  });

  it('to the same question of the same agent leave the same record', async () => {
    const { answer, facts } = open();
    for (const agent of ['dev-e-1', 'dev-e-1', 'dev-e-2']) await answer([{ cmd: 'sudo ls', id: ID }], agent);
    const [first, again, other] = facts.map(({ id }) => id);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it.each([
    [[], '(root)'],
    [[{}], '0.cmd'],
    [[{ cmd: 'ls', tool: 'Bash' }], '0.cmd'],
    [[{ cmd: 'ls' }, { cmd: 1 }], '1.cmd'],
    [[{ cmd: 'ls', cwd: 'here' }], '0.cwd'],
    [Array.from({ length: 101 }, () => ({ cmd: 'ls' })), '(root)'],
  ])('are not given to %j', (questions, field) => {
    const parsed = GuardQuestions.safeParse(questions);
    expect(parsed.success ? '' : parsed.error.issues[0]?.path.join('.') || '(root)').toBe(field);
  });
});

describe('the record of blocks', () => {
  const fact = (n: number): Fact => ({ id: String(n) }) as Fact;
  const store = () => {
    const kept: string[] = [];
    let away = false;
    const keeper: Pick<FactKeeper, 'put'> = {
      put: async (facts) => {
        if (away) throw new Error('the database is away');
        kept.push(...facts.map(({ id }) => id));
      },
    };
    const clock = fakeClock();
    let dropped = 0;
    let there = true;
    const reports = createReportBlocks({
      facts: () => (there ? keeper : undefined),
      clock,
      logger: silentLogger,
      onWaiting: () => undefined,
      onDropped: () => void (dropped += 1),
    });
    return {
      reports,
      kept,
      dropped: () => dropped,
      be: (now: 'there' | 'away' | 'unopened') => {
        away = now === 'away';
        there = now !== 'unopened';
      },
    };
  };

  it('is made at once, and kept in order in memory while the database is away', async () => {
    const { reports, kept, be } = store();
    expect(await reports.report([fact(1)])).toBe(true);
    be('away');
    expect(await reports.report([fact(2), fact(3)])).toBe(false);
    be('there');
    expect(await reports.report([fact(4)])).toBe(false);
    await reports.stop();
    expect(kept).toEqual(['1', '2', '3', '4']);
  });

  it('has room for so many, and the oldest go first', async () => {
    const { reports, kept, be, dropped } = store();
    be('unopened');
    await reports.report(Array.from({ length: MAX_WAITING }, (_, n) => fact(n)));
    await reports.report([fact(MAX_WAITING)]);
    be('there');
    await reports.stop();
    expect([dropped(), kept[0], kept.length]).toEqual([1, '1', MAX_WAITING]);
  });
});
