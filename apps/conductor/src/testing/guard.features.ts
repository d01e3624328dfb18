import { describe, expect, it } from '@jest/globals';
import type { Fact } from '@rig/contracts';
import { isoTime, uuidv7 } from '@rig/kernel';
import { fileIssues, startIssue } from './steps.js';
import type { TestRig } from './test-rig.js';

const REPO = 'acme/greeter';

type Block = Extract<Fact, { type: 'GUARD_BLOCKED' }>['data'];
const blockOf = (change: Partial<Block> = {}): Block => ({
  agent: 'dev-e-1',
  taskId: null,
  fence: null,
  tool: 'Bash',
  rule: 'priv.sudo',
  category: 'privilege',
  command: 'sudo true',
  via: [],
  policyHash: 'built-in',
  canary: false,
  blockedAt: '2026-03-02T09:30:00.000Z',
  ...change,
});
const factOf = (
  data: Block,
  actor: Fact['actor'] = { kind: 'agent', id: 'dev-e-1' },
): Fact & { type: 'GUARD_BLOCKED' } => ({
  id: uuidv7(Date.now()),
  source: 'test',
  subject: 'agent/dev-e-1',
  time: '2026-03-02T09:30:01.000Z',
  actor,
  type: 'GUARD_BLOCKED',
  data,
});

const blocks = (rig: TestRig, query: object = {}) =>
  rig.readModels.guardReports({ type: 'GUARD_BLOCKED', limit: 100, ...query });
const sentences = async (rig: TestRig): Promise<readonly string[]> => {
  const answer = await rig.flows.readTimeline(REPO, 1);
  return answer.ok ? answer.value.timeline.map(({ sentence }) => sentence) : [];
};

/** What becomes of reports about refused commands, whatever store is under it. */
export const guardFeatures = (makeRig: () => Promise<TestRig>): void => {
  describe('a block', () => {
    it('is one event on the agent’s stream, however often its fact is decided', async () => {
      const rig = await makeRig();
      const fact = factOf(blockOf());
      await rig.flows.decideFact(fact);
      expect(await rig.flows.decideFact(fact)).toEqual({ status: 'duplicate' });
      expect(await rig.store.readStream('agent/dev-e-1')).toMatchObject([
        { type: 'GUARD_BLOCKED', causationid: fact.id, data: { rule: 'priv.sudo', taskSubject: null } },
      ]);
    });

    it('belongs to the agent whose token brought it, whatever it says of itself', async () => {
      const rig = await makeRig();
      await rig.flows.decideFact(factOf(blockOf({ agent: 'dev-e-2' })));
      expect(await blocks(rig)).toMatchObject([{ data: { agent: 'dev-e-1' } }]);
    });

    it('of an agent that nobody configured is refused, and a service hears of it by the log', async () => {
      const rig = await makeRig();
      const ghost = factOf(blockOf(), { kind: 'agent', id: 'ghost' });
      expect(await rig.flows.decideFact(ghost)).toMatchObject({ refusal: { code: 'AGENT_UNKNOWN' } });
      expect(await rig.types()).toEqual([]);
      const reported = factOf(blockOf({ agent: 'ghost' }), { kind: 'service', id: 'guard-svc' });
      await rig.flows.decideFact(reported);
      expect(await rig.store.readStream('agent/ghost')).toMatchObject([
        { type: 'FACT_REFUSED', causationid: reported.id, data: { code: 'AGENT_UNKNOWN' } },
      ]);
    });

    it('stands in the timeline of its task, also when the attempt has ended long ago', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 1);
      const { taskId, fence } = await startIssue(rig);
      await rig.flows.decideFact(factOf(blockOf({ taskId, fence })));
      await rig.report('issue/acme/greeter/1', {
        type: 'WORK_FAILED',
        data: { taskId, fence, code: 'X', message: 'gone' },
      });
      await rig.flows.decideFact(factOf(blockOf({ taskId, fence, command: 'rm -rf /', rule: 'fs.rm.root' })));
      expect((await sentences(rig)).slice(-3)).toEqual([
        'the guard kept dev-e-1 from running "sudo true" (priv.sudo)',
        'dev-e-1 failed with X: gone',
        'the guard kept dev-e-1 from running "rm -rf /" (fs.rm.root)',
      ]);
      expect(await rig.flows.verifyReplay()).toMatchObject({ ok: true });
    });

    it('is kept, but not in the timeline of a task that is another agent’s', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 1);
      const { taskId, fence } = await startIssue(rig);
      await rig.flows.decideFact(factOf(blockOf({ taskId, fence }), { kind: 'agent', id: 'dev-e-2' }));
      expect(await blocks(rig)).toMatchObject([{ data: { agent: 'dev-e-2', taskId: null, taskSubject: null } }]);
      expect((await sentences(rig)).join()).not.toContain('guard');
    });

    it('was never later than now, and its time is kept as UTC', async () => {
      const rig = await makeRig();
      await rig.flows.decideFact(factOf(blockOf({ blockedAt: '2026-03-02T11:30:00.000+02:00' })));
      await rig.flows.decideFact(factOf(blockOf({ blockedAt: '9999-01-01T00:00:00.000Z' })));
      const [later, earlier] = await blocks(rig);
      expect(earlier).toMatchObject({ data: { blockedAt: '2026-03-02T09:30:00.000Z' } });
      expect(later?.type === 'GUARD_BLOCKED' && later.data.blockedAt <= isoTime(Date.now())).toBe(true);
    });

    it('is one of eight that come at the same time', async () => {
      const rig = await makeRig();
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => rig.flows.decideFact(factOf(blockOf()))));
      expect(outcomes.map(({ status }) => status)).toEqual(Array<string>(8).fill('committed'));
      expect(await blocks(rig)).toHaveLength(8);
    });
  });

  describe('the list of blocks', () => {
    it('is narrowed by agent, rule, task, time and canary, and read page by page', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 1);
      const { taskId, fence } = await startIssue(rig);
      const at = (minute: number): string => `2026-03-02T09:${minute}:00.000Z`;
      await rig.flows.decideFact(factOf(blockOf({ command: 'a', blockedAt: at(10), canary: true })));
      await rig.flows.decideFact(factOf(blockOf({ command: 'b', blockedAt: at(20), taskId, fence })));
      await rig.flows.decideFact(factOf(blockOf({ command: 'c', blockedAt: at(30), rule: 'fs.rm.root' })));
      await rig.flows.decideFact(
        factOf(blockOf({ command: 'd', blockedAt: at(40) }), { kind: 'agent', id: 'dev-e-2' }),
      );
      const found = async (query: object): Promise<string> =>
        (await blocks(rig, query)).map((row) => (row.type === 'GUARD_BLOCKED' ? row.data.command : '')).join('');
      expect(await found({})).toBe('dcba');
      expect(await found({ agent: 'dev-e-2' })).toBe('d');
      expect(await found({ rule: 'priv.sudo' })).toBe('dba');
      expect(await found({ task: taskId })).toBe('b');
      expect(await found({ since: at(30) })).toBe('dc');
      expect(await found({ canary: false })).toBe('dcb');
      expect(await found({ canary: true })).toBe('a');
      const [, second] = await blocks(rig);
      expect(await found({ limit: 2, before: second?.position })).toBe('ba');
    });
  });

  describe('a spike', () => {
    it('is recorded once, and stands in the timeline of the task it came to light in', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 1);
      const { taskId } = await startIssue(rig);
      const spike: Fact = {
        ...factOf(blockOf(), { kind: 'service', id: 'guard-svc' }),
        type: 'GUARD_SPIKE',
        data: {
          agent: 'dev-e-1',
          cause: 'burst',
          blocks: 5,
          windowFrom: '2026-03-02T09:30:00.000Z',
          windowTo: '2026-03-02T09:34:00.000Z',
          weekBlocks: 0,
          rules: [{ rule: 'priv.sudo', blocks: 5 }],
          taskId,
          taskSubject: 'issue/acme/greeter/1',
        },
      };
      await rig.flows.decideFact(spike);
      await rig.flows.decideFact(spike);
      const rows = await rig.readModels.guardReports({ type: 'GUARD_SPIKE', agent: 'dev-e-1', limit: 10 });
      expect(rows).toMatchObject([{ actor: { id: 'guard-svc' }, data: { blocks: 5 } }]);
      expect((await sentences(rig)).at(-1)).toBe('dev-e-1 was refused 5 times within ten minutes');
    });
  });
};
