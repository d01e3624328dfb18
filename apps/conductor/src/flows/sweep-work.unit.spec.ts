import { beforeEach, describe, expect, it } from '@jest/globals';
import { issueSubject, tasksStream, WORKERS_GROUP } from '@rig/contracts';
import { createMemoryEventStore } from '@rig/event-store';
import { fakeClock, type FakeClock } from '@rig/testkit';
import { memoryGuards, readModelsOver } from '../testing/memory-read-models.js';
import { agent, fileIssues, REPO, startIssue, untilApproved, untilChecked, worker } from '../testing/steps.js';
import { createTestRig, type TestRig } from '../testing/test-rig.js';
import { conductorProjections, issues } from './projections.js';
import { createSweepGate } from './sweep-gate.js';
import { createSweepOffers } from './sweep-offers.js';
import { createSweepPaused } from './sweep-paused.js';
import { createSweepStalePulls } from './sweep-stale-pulls.js';
import { createSweepUnstarted } from './sweep-unstarted.js';

const { signal } = new AbortController();
let clock: FakeClock;
let rig: TestRig;
beforeEach(() => {
  clock = fakeClock();
  const store = createMemoryEventStore({ projections: conductorProjections, guards: memoryGuards });
  rig = createTestRig(store, readModelsOver(store), clock);
});
const issue = () => rig.store.load(issues, issueSubject(REPO, 1));

describe('the gate sweep', () => {
  it('evaluates an approved pull request that no event was acted on, again after growing pauses', async () => {
    await untilApproved(rig);
    const looks: number[] = [];
    const { openPulls } = rig.readModels;
    const sweep = createSweepGate({
      clock,
      openPulls,
      evaluate: async () => {
        looks.push(clock.now());
        return 'held';
      },
    });
    const begun = clock.now();
    for (let pass = 0; pass < 12; pass++) {
      expect(await sweep(signal)).toEqual([]);
      await clock.advance(10_000);
    }
    expect(looks.map((at) => (at - begun) / 1_000)).toEqual([0, 10, 30, 70]);
    const mend = createSweepGate({ clock, openPulls, evaluate: rig.flows.evaluateMerge });
    expect(await mend(signal)).toEqual([`${REPO}#8`]);
    expect(await rig.types()).toContain('MERGE_REQUESTED');
  });
});

describe('the sweep of stale pull requests', () => {
  it('reads one that has not changed for half a minute, and takes what nobody told of', async () => {
    await untilChecked(rig);
    const { openPulls } = rig.readModels;
    const sweep = createSweepStalePulls({ ...rig.flows, forge: rig.forge, openPulls, clock });
    const known = rig.forge.pulls.get(8);
    if (known === undefined) throw new Error('the forge has no pull request');
    rig.forge.pulls.set(8, { ...known, title: 'feat: another title', updatedAt: '2027-03-02T09:30:00Z' });
    expect(await sweep(signal)).toEqual([]);
    await clock.advance(29_000);
    expect(await sweep(signal)).toEqual([]);
    await clock.advance(1_000);
    expect(await sweep(signal)).toEqual([`${REPO}#8`]);
    await clock.advance(30_000);
    expect(await sweep(signal)).toEqual([]);
  });

  it('reads ten in one pass, and the others in the next', async () => {
    await untilChecked(rig);
    const [pull] = await rig.readModels.openPulls();
    if (pull === undefined) throw new Error('no pull request is open');
    const many = Array.from({ length: 14 }, (_, n) => ({ ...pull, number: n + 1 }));
    const read: number[] = [];
    const sweep = createSweepStalePulls({
      ...rig.flows,
      clock,
      openPulls: async () => many,
      forge: {
        ...rig.forge,
        pull: async (_repo, number) => {
          read.push(number);
          return undefined;
        },
      },
    });
    await sweep(signal);
    await clock.advance(30_000);
    await sweep(signal);
    expect(read).toHaveLength(10);
    await sweep(signal);
    expect(new Set(read).size).toBe(14);
  });
});

describe('the offer sweep', () => {
  it('offers again what is assigned and lies on no stream, once it is ten seconds old', async () => {
    await fileIssues(rig, 1);
    const reviewer = { ...agent(rig, 'dev-e-1'), delivery: 'stream' as const };
    await rig.flows.assign({
      cause: { id: '0197f3a0-0000-7000-8000-000000000001', actor: { kind: 'service', id: 'dispatcher' } },
      repo: REPO,
      number: 1,
      kind: 'implement',
      agent: reviewer,
      headSha: null,
    });
    const { liveTasks } = rig.readModels;
    const sweep = createSweepOffers({ bus: rig.bus, describe: rig.flows.describe, liveTasks, clock });
    expect(await sweep()).toEqual([]);
    await clock.advance(10_001);
    expect(await sweep()).toEqual([`implement of ${issueSubject(REPO, 1)} for dev-e-1`]);
    const stream = tasksStream('dev-e-1');
    expect(await rig.bus.outstanding(stream, WORKERS_GROUP, 10)).toHaveLength(1);
    expect(await sweep()).toEqual([]);
  });
});

describe('the sweep of tasks that nobody starts', () => {
  const sweepFor = (agents = rig.agents) =>
    createSweepUnstarted({ ...rig.flows, liveTasks: rig.readModels.liveTasks, agents: () => agents, clock });

  it('takes back a claim that was not started for ten minutes, and leaves what runs alone', async () => {
    await fileIssues(rig, 2);
    await rig.flows.claimNext(agent(rig, 'dev-e-2'), 'implement', 'w-1');
    await startIssue(rig);
    const sweep = sweepFor();
    await clock.advance(600_000);
    expect(await sweep()).toEqual([]);
    await clock.advance(1_000);
    expect(await sweep()).toEqual([`${issueSubject(REPO, 1)} of dev-e-2`]);
    expect((await issue())?.phase).toBe('ready');
  });

  it('takes back at once what an agent holds that is no longer in the file', async () => {
    await fileIssues(rig, 1);
    await rig.flows.claimNext(agent(rig, 'dev-e-1'), 'implement', 'w-1');
    const others = { ...rig.agents, agents: rig.agents.agents.filter(({ id }) => id !== 'dev-e-1') };
    expect(await sweepFor(others)()).toEqual([`${issueSubject(REPO, 1)} of dev-e-1`]);
    expect(await rig.types()).toContain('ISSUE_UNASSIGNED');
  });
});

describe('the pause sweep', () => {
  it('takes back what a stopping pause covers and slipped in before it', async () => {
    await fileIssues(rig, 1);
    const brief = await startIssue(rig);
    const sweep = createSweepPaused(rig.flows.steerPauses);
    expect(await sweep()).toEqual([]);
    let stopped = 0;
    const half = createSweepPaused({ stopPaused: async () => (stopped += 1) });
    expect(await half()).toEqual(['1 tasks behind a pause']);
    await rig.flows.steerPauses.pause(
      { scope: 'all' },
      { reason: '', stopRunning: true },
      { kind: 'person', id: 'ada' },
    );
    expect(await sweep()).toEqual([]);
    expect((await rig.flows.startAttempt({ taskId: brief.taskId, agentId: 'dev-e-1', worker: worker('w-2') })).ok).toBe(
      false,
    );
  });
});
