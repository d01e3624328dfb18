import { describe, expect, it } from '@jest/globals';
import type { AgentConfig } from '@rig/policy';
import { agent, fileIssues, startIssue } from './steps.js';
import type { TestRig } from './test-rig.js';
import { issuePayload } from './webhooks.js';

const AT = '2026-03-02T09:';

const file = async (rig: TestRig, from: number, count: number, labels: readonly string[]): Promise<void> => {
  const all = [{ name: 'agent-ready' }, ...labels.map((name) => ({ name }))];
  for (let number = from; number < from + count; number++) {
    const created = `${AT}${String(number % 60).padStart(2, '0')}:00Z`;
    await rig.deliver('issues', issuePayload(number, 'opened', { labels: all, created_at: created }));
  }
};

const claimAs = async (rig: TestRig, claimer: AgentConfig, instance: string): Promise<number | string | undefined> => {
  const claimed = await rig.flows.claimNext(claimer, 'implement', instance);
  return claimed.ok ? (claimed.value.issue ?? undefined) : claimed.refusal.code;
};

/** What an agent that asks over HTTP gets. */
export const claimFeatures = (makeRig: () => Promise<TestRig>): void => {
  describe('a claim', () => {
    it('gets the most urgent issue, then the oldest', async () => {
      const rig = await makeRig();
      await file(rig, 2, 2, []);
      await file(rig, 1, 1, ['P3']);
      await file(rig, 5, 1, ['P0']);
      const dev = agent(rig, 'dev-e-2');
      const order = [];
      for (const instance of ['a', 'b', 'c', 'd', 'e']) order.push(await claimAs(rig, dev, instance));
      expect(order).toEqual([5, 2, 3, 1, 'NO_WORK']);
    });

    it('is not hidden by any number of issues that the agent cannot do', async () => {
      const rig = await makeRig();
      await file(rig, 1, 40, ['requires-python', 'P0']);
      await file(rig, 50, 1, ['requires-node']);
      await file(rig, 51, 1, []);
      const plain = agent(rig, 'dev-e-2');
      const node: AgentConfig = { ...agent(rig, 'dev-e-1'), capabilities: ['node'] };
      expect(await claimAs(rig, plain, 'a')).toBe(51);
      expect(await claimAs(rig, plain, 'b')).toBe('NO_WORK');
      expect(await claimAs(rig, node, 'a')).toBe(50);
      expect(await claimAs(rig, node, 'b')).toBe('NO_WORK');
    });

    it('is refused beyond the hourly rate of the agent', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 6);
      const slow: AgentConfig = { ...agent(rig, 'dev-e-2'), maxPerHour: 3 };
      const claimed = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((instance) => claimAs(rig, slow, instance)));
      expect(claimed.filter((one) => one === 'NO_WORK')).toHaveLength(2);
      expect(await claimAs(rig, slow, 'f')).toBe('NO_WORK');
      expect(await claimAs(rig, agent(rig, 'dev-e-1'), 'f')).toEqual(expect.any(Number));
    });

    it('is refused beyond the hourly rate of the repository', async () => {
      const rig = await makeRig();
      const slowly = {
        repository: { id: 2, full_name: 'acme/slow', default_branch: 'main', name: 'slow', owner: { login: 'acme' } },
      };
      for (const number of [1, 2, 3]) {
        await rig.deliver('issues', { ...(issuePayload(number, 'opened') as object), ...slowly });
      }
      const dev = agent(rig, 'dev-e-2');
      const claimed = await Promise.all(['a', 'b', 'c'].map((instance) => claimAs(rig, dev, instance)));
      expect(claimed.filter((one) => one === 'NO_WORK')).toHaveLength(1);
      await file(rig, 9, 1, []);
      expect(await claimAs(rig, dev, 'd')).toBe(9);
    });

    it('asked twice at the same time by one process is one claim', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 3);
      const dev = agent(rig, 'dev-e-2');
      const [first, second] = await Promise.all([claimAs(rig, dev, 'w-1'), claimAs(rig, dev, 'w-1')]);
      expect(first).toBe(second);
      expect((await rig.types()).filter((type) => type === 'ISSUE_ASSIGNED')).toHaveLength(1);
    });

    it('takes no issue that rests after a failure', async () => {
      const rig = await makeRig();
      await fileIssues(rig, 1);
      const { taskId, fence } = await startIssue(rig);
      const data = { taskId, fence, code: 'COMMAND_FAILED', message: 'no' };
      await rig.report('issue/acme/greeter/1', { type: 'WORK_FAILED', data });
      expect(await claimAs(rig, agent(rig, 'dev-e-2'), 'w-2')).toBe('NO_WORK');
    });
  });
};
