import { describe, expect, it } from '@jest/globals';
import { findAgent } from '@rig/policy';
import { untilChecked } from './steps.js';
import type { TestRig } from './test-rig.js';
import { issuePayload } from './webhooks.js';

const REPO = 'acme/greeter';
const ADA = { kind: 'person' as const, id: 'ada' };

const claim = async (rig: TestRig): Promise<void> => {
  const agent = findAgent(rig.agents, 'dev-e-1');
  const claimed = agent && (await rig.flows.claimNext(agent, 'implement', 'w-1'));
  if (claimed?.ok !== true) throw new Error('nothing was claimed');
};

const explained = async (rig: TestRig) => {
  const answer = await rig.flows.explainIssue(REPO, 1);
  if (!answer.ok) throw new Error(answer.refusal.message);
  return answer.value;
};

/** What people see, whatever store is under it. */
export const peopleFeatures = (makeRig: () => Promise<TestRig>): void => {
  describe('a person who looks', () => {
    it('is told why, from state, history, pauses and what agents hold', async () => {
      const rig = await makeRig();
      expect(await rig.flows.explainIssue(REPO, 1)).toMatchObject({ refusal: { code: 'ISSUE_UNKNOWN' } });
      await rig.deliver('issues', issuePayload(1, 'opened'));
      expect(await explained(rig)).toMatchObject({ phase: 'ready', where: [{ positions: [2] }] });
      await rig.flows.steerPauses.pause({ scope: 'all' }, { reason: 'an incident', stopRunning: false }, ADA);
      const paused = await explained(rig);
      expect(paused.why[0]).toEqual({ text: 'everything was paused by ada: an incident', positions: [3] });
      expect(paused.waitingTask?.agents.every(({ eligible }) => !eligible)).toBe(true);
      await rig.flows.steerPauses.resume({ scope: 'all' }, ADA);
      await claim(rig);
      expect(await explained(rig)).toMatchObject({ phase: 'assigned', where: [{ positions: [5] }] });
    });

    it('is told how much of the hourly rates is used up', async () => {
      const rig = await makeRig();
      for (const number of [1, 2]) await rig.deliver('issues', issuePayload(number, 'opened'));
      await claim(rig);
      expect(await rig.readModels.givenInRepository(REPO, '2000-01-01T00:00:00.000Z')).toBe(1);
      expect(await rig.readModels.givenInRepository(REPO, '2999-01-01T00:00:00.000Z')).toBe(0);
      expect(await rig.readModels.givenInRepository('acme/other', '2000-01-01T00:00:00.000Z')).toBe(0);
    });

    it('who asks for a pull request is sent to its issue', async () => {
      const rig = await makeRig();
      await untilChecked(rig);
      expect(await rig.flows.explainIssue(REPO, 8)).toMatchObject({
        refusal: { message: `${REPO}#8 is a pull request`, fix: `Ask for its issue: rig explain ${REPO}#1` },
      });
    });

    it('finds the read models to be what the log makes of them', async () => {
      const rig = await makeRig();
      for (const number of [1, 2, 3]) await rig.deliver('issues', issuePayload(number, 'opened'));
      await claim(rig);
      await rig.flows.steerPauses.pause({ scope: 'repo', id: REPO }, { reason: '', stopRunning: true }, ADA);
      const report = await rig.flows.verifyReplay();
      expect(report).toMatchObject({ ok: true, head: await rig.store.head() });
      const rows = Object.fromEntries(report.projections.map((projection) => [projection.name, projection.rows]));
      expect(rows).toMatchObject({ issues: 3, tasks: 1, pauses: 1, repositories: 1 });
    });

    it('sees an issue as it was', async () => {
      const rig = await makeRig();
      await rig.deliver('issues', issuePayload(1, 'opened'));
      await claim(rig);
      const at = async (position: number) => rig.flows.stateAt(REPO, 1, { position });
      expect(await at(1)).toMatchObject({ value: { issue: { phase: 'opened' }, timeline: { length: 1 } } });
      expect(await at(2)).toMatchObject({ value: { issue: { phase: 'ready' } } });
      expect(await at(99)).toMatchObject({ value: { position: 3, issue: { phase: 'assigned' } } });
      expect(await at(0)).toMatchObject({ refusal: { code: 'NOT_YET' } });
    });
  });
};
