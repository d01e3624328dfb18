import { describe, expect, it } from '@jest/globals';
import { leaseKey } from '@rig/contracts';
import { findAgent, type AgentConfig } from '@rig/policy';
import { typedEvent } from '../flows/projections.js';
import type { TestRig } from './test-rig.js';
import { issuePayload } from './webhooks.js';

const ADA = { kind: 'person' as const, id: 'ada' };
const REASON = { reason: 'an incident', stopRunning: false };
const STOP = { reason: 'an incident', stopRunning: true };
const AGENT = { scope: 'agent' as const, id: 'dev-e-1' };
const REPO = { scope: 'repo' as const, id: 'acme/greeter' };
const ALL = { scope: 'all' as const };

const agent = (rig: TestRig, id: string): AgentConfig => {
  const found = findAgent(rig.agents, id);
  if (found === undefined) throw new Error(`no agent ${id}`);
  return found;
};

const file = (rig: TestRig, number: number): Promise<unknown> =>
  Promise.resolve(rig.deliver('issues', issuePayload(number, 'opened')));
const claim = (rig: TestRig, id = 'dev-e-1', instance = 'w-1') =>
  rig.flows.claimNext(agent(rig, id), 'implement', instance);
const start = (rig: TestRig, taskId: string, name = 'w-1') =>
  rig.flows.startAttempt({
    taskId,
    agentId: 'dev-e-1',
    worker: { name, incarnation: '0197f3a0-0000-7000-8000-00000000000a' },
  });

const claimed = async (rig: TestRig): Promise<string> => {
  const result = await claim(rig);
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value.taskId;
};

const running = async (rig: TestRig): Promise<{ taskId: string; fence: number }> => {
  await file(rig, 1);
  const taskId = await claimed(rig);
  const started = await start(rig, taskId);
  if (!started.ok) throw new Error(started.refusal.message);
  return { taskId, fence: started.value.fence };
};

/** What a pause does, whatever store is under it. */
export const pauseFeatures = (makeRig: () => Promise<TestRig>): void => {
  describe('a pause', () => {
    it.each([
      ['of everything', ALL],
      ['of the repository', REPO],
      ['of the agent', AGENT],
    ])('%s keeps new work from being given until it ends, and the log says who did it', async (_what, target) => {
      const rig = await makeRig();
      await file(rig, 1);
      expect(await rig.flows.steerPauses.pause(target, REASON, ADA)).toMatchObject({
        value: { changed: true, position: 3, running: 0 },
      });
      expect(await claim(rig)).toMatchObject({ refusal: { code: 'NO_WORK' } });
      await rig.flows.steerPauses.resume(target, ADA);
      expect(await claim(rig)).toMatchObject({ ok: true });
      const made = (await rig.store.readAll(2, 2)).map(({ type, actor }) => [type.split('_')[1], actor]);
      expect(made).toEqual([
        ['PAUSED', ADA],
        ['RESUMED', ADA],
      ]);
    });

    it('of one agent lets the others go on', async () => {
      const rig = await makeRig();
      await file(rig, 1);
      await rig.flows.steerPauses.pause(AGENT, REASON, ADA);
      expect(await claim(rig, 'dev-e-2')).toMatchObject({ ok: true });
    });

    it('refuses a fact that proposes an assignment, and records why', async () => {
      const rig = await makeRig();
      await file(rig, 1);
      await rig.flows.steerPauses.pause(REPO, REASON, ADA);
      const data = { kind: 'implement' as const, agent: 'dev-e-1', headSha: null };
      await rig.report('issue/acme/greeter/1', { type: 'ASSIGN_TASK', data }, 'dispatcher');
      const last = (await rig.store.readAll(3, 10)).at(-1);
      expect(last).toMatchObject({ type: 'FACT_REFUSED', data: { code: 'PAUSED' } });
    });

    it('lets what runs finish, and what was assigned wait', async () => {
      const rig = await makeRig();
      const { taskId, fence } = await running(rig);
      await file(rig, 2);
      const second = await rig.flows.claimNext(agent(rig, 'dev-e-1'), 'implement', 'w-2');
      await rig.flows.steerPauses.pause(ALL, REASON, ADA);
      expect(await rig.flows.mintTaskToken(taskId, 'dev-e-1', fence)).toMatchObject({ ok: true });
      expect(await start(rig, second.ok ? second.value.taskId : '', 'w-2')).toMatchObject({
        refusal: { code: 'PAUSED' },
      });
    });

    it('that stops takes running tasks back: no token, no renewal, no late report', async () => {
      const rig = await makeRig();
      const { taskId, fence } = await running(rig);
      expect(await rig.flows.steerPauses.pause(AGENT, STOP, ADA)).toMatchObject({ value: { stopped: 1, running: 0 } });
      expect(await rig.flows.mintTaskToken(taskId, 'dev-e-1', fence)).toMatchObject({ refusal: { code: 'TASK_GONE' } });
      expect(await rig.flows.renewLease(taskId, 'dev-e-1', fence)).toMatchObject({ refusal: { code: 'TASK_GONE' } });
      expect(await start(rig, taskId)).toMatchObject({ refusal: { code: 'TASK_GONE' } });
      const late = { taskId, fence, summary: 'late', pr: 9, headSha: 'a'.repeat(40), verdict: null };
      await rig.report('issue/acme/greeter/1', { type: 'WORK_COMPLETED', data: late });
      expect((await rig.types()).slice(-3)).toEqual(['AGENT_PAUSED', 'ISSUE_UNASSIGNED', 'WORK_REPORT_REFUSED']);
    });

    it('takes the lease from the worker of a task that was taken back', async () => {
      const rig = await makeRig();
      const { taskId, fence } = await running(rig);
      await rig.flows.steerPauses.pause(ALL, STOP, ADA);
      for (const event of await rig.store.readAll(0)) await rig.flows.requestOutbound(typedEvent(event));
      const lease = { key: leaseKey(taskId, 'dev-e-1'), fence, owner: 'w-1', ttlMs: 1_000 };
      expect(await rig.bus.renewLease(lease)).toBe(false);
    });

    it('is one event however often it is asked for, and two when it is to stop what runs too', async () => {
      const rig = await makeRig();
      await rig.flows.steerPauses.pause(ALL, REASON, ADA);
      expect(await rig.flows.steerPauses.pause(ALL, REASON, ADA)).toMatchObject({ value: { changed: false } });
      expect(await rig.flows.steerPauses.pause(ALL, STOP, ADA)).toMatchObject({ value: { changed: true } });
      await rig.flows.steerPauses.resume(ALL, ADA);
      expect(await rig.flows.steerPauses.resume(ALL, ADA)).toMatchObject({ value: { changed: false } });
      expect(await rig.types()).toEqual(['RIG_PAUSED', 'RIG_PAUSED', 'RIG_RESUMED']);
    });

    it('wins against sixteen claims that come at the same time', async () => {
      const rig = await makeRig();
      for (let number = 1; number <= 8; number++) await file(rig, number);
      await Promise.all([
        ...Array.from({ length: 8 }, (_, n) => claim(rig, 'dev-e-2', `a-${n}`)),
        rig.flows.steerPauses.pause(REPO, REASON, ADA),
        ...Array.from({ length: 8 }, (_, n) => claim(rig, 'dev-e-2', `b-${n}`)),
      ]);
      const types = await rig.types();
      expect(types.slice(types.indexOf('REPOSITORY_PAUSED'))).not.toContain('ISSUE_ASSIGNED');
    });

    it('of an agent that nobody configured is refused', async () => {
      const rig = await makeRig();
      expect(await rig.flows.steerPauses.pause({ scope: 'agent', id: 'nobody' }, REASON, ADA)).toMatchObject({
        refusal: { code: 'AGENT_UNKNOWN' },
      });
      expect(await rig.types()).toEqual([]);
    });
  });
};
