import { describe, expect, it } from '@jest/globals';
import { issueSubject, pullSubject, type TaskBrief } from '@rig/contracts';
import { createMemoryEventStore, type EventStore } from '@rig/event-store';
import { derivedId, systemClock } from '@rig/kernel';
import { typedEvent, conductorProjections, issues, pulls } from './projections.js';
import { readAttempts } from '../testing/attempt-history.js';
import { memoryGuards, readModelsOver } from '../testing/memory-read-models.js';
import { createOutside, createTestRig, type Outside, type TestRig } from '../testing/test-rig.js';
import { createFakeForge } from '../testing/fake-forge.js';
import { checkPayload, issuePayload, openPull, reviewPayload } from '../testing/webhooks.js';

const REPO = 'acme/greeter';
const SHA = 'a'.repeat(40);
const ISSUE = issueSubject(REPO, 1);
const PULL = pullSubject(REPO, 8);

/** The process ends here: nothing of this is caught, as nothing of a kill -9 is. */
class Killed extends Error {}

interface Machine {
  readonly store: EventStore;
  readonly outside: Outside;
  /** Durable writes so far: appends, settlements, merges on the forge. */
  writes: number;
  /** The process dies behind this one; 0: it lives. */
  killAfter: number;
}

const createMachine = (): Machine => {
  const memory = createMemoryEventStore({
    projections: conductorProjections,
    guards: memoryGuards,
  });
  const written = (): void => {
    machine.writes += 1;
    if (machine.writes === machine.killAfter) throw new Killed();
  };
  const outside = createOutside(written);
  const { mergeSquash } = outside.forge;
  const forge = {
    ...outside.forge,
    mergeSquash: async (...args: Parameters<typeof mergeSquash>) => {
      const outcome = await mergeSquash(...args);
      if (outcome.status === 'merged') written();
      return outcome;
    },
  };
  const store: EventStore = {
    ...memory,
    append: async (item) => {
      const outcome = await memory.append(item);
      if (outcome.status === 'appended' && outcome.events.length > 0) written();
      return outcome;
    },
  };
  const machine: Machine = { store, outside: { ...outside, forge }, writes: 0, killAfter: 0 };
  return machine;
};

const reportId = (task: TaskBrief): string => derivedId('report', task.taskId, task.fence);

/** An agent's work from claim to report, asked for again until it is answered, as workers and their spools do. */
const work = async (rig: TestRig, agentId: string, kind: 'implement' | 'review', doIt: (brief: TaskBrief) => void) => {
  const agent = rig.agents.agents.find(({ id }) => id === agentId);
  const live = readAttempts(await rig.store.readAll(0, 1_000)).live;
  const held = [...live].find(([, who]) => who === agentId)?.[0];
  const claimed = held === undefined && agent ? await rig.flows.claimNext(agent, kind, 'w-1') : undefined;
  const taskId = held ?? (claimed?.ok === true ? claimed.value.taskId : undefined);
  if (taskId === undefined) return;
  const worker = { name: 'w-1', incarnation: '0197f3a0-0000-7000-8000-00000000000a' };
  const started = await rig.flows.startAttempt({ taskId, agentId, worker });
  if (!started.ok) return;
  doIt(started.value);
  const { fence } = started.value;
  const pr = kind === 'implement' ? 8 : null;
  const verdict = kind === 'review' ? ('approved' as const) : null;
  await rig.flows.decideFact({
    id: reportId(started.value),
    source: 'worker',
    subject: kind === 'implement' ? ISSUE : PULL,
    time: '2026-03-02T09:30:00.000Z',
    actor: { kind: 'agent', id: agentId },
    type: 'WORK_COMPLETED',
    data: { taskId, fence, summary: 'done', pr, headSha: SHA, verdict },
  });
};

/** Every event is handed to the outbound consumer again, and what it asks for is done: at least once. */
const outbound = async (rig: TestRig): Promise<void> => {
  for (const envelope of await rig.store.readAll(0, 1_000)) await rig.flows.requestOutbound(typedEvent(envelope));
  for (const job of rig.jobs.splice(0)) if (job.kind === 'merge') await rig.flows.performMerge(job);
};

/** The whole life of an issue. Each step may be taken again; the forge sends what it sends. */
const life = async (rig: TestRig, { inbox }: Outside): Promise<void> => {
  const { forge } = rig;
  // What was accepted and not decided is found by the inbox's sweep.
  for (const [id, { settled }] of inbox) if (!settled) await rig.flows.decideInboxEntry(id);
  const branch = 'rig/issue-1-greet-by-name-1';
  await rig.deliver('issues', issuePayload(1, 'opened'), 'guid-issue');
  // The pull request is there before its worker reports it.
  const open = (): void => void (forge.pulls.has(8) || openPull(forge, 8, 1, SHA, branch));
  await work(rig, 'dev-e-1', 'implement', open);
  await rig.deliver('pull_request', openPull(createFakeForge(), 8, 1, SHA, branch), 'guid-pull');
  forge.checksOf.set(SHA, [
    { name: 'test', source: 'check-run', runId: '901', state: 'passed', conclusion: 'success', summary: '' },
  ]);
  await rig.deliver('check_run', checkPayload(8, SHA, 'success'), 'guid-check');
  const review = { id: '501', by: 'rig-reviewer[bot]', state: 'approved' as const, headSha: SHA, body: 'Looks right.' };
  const post = (): void => void forge.reviewsOf.set(8, [{ ...review, submittedAt: '2026-03-02T09:31:00Z' }]);
  if (!forge.reviewsOf.has(8)) await work(rig, 'review-e', 'review', post);
  await rig.deliver('pull_request_review', reviewPayload(8, SHA, 'approved'), 'guid-review');
  await rig.flows.evaluateMerge(REPO, 8);
  await outbound(rig);
};

const endOf = async ({ store, outside }: Machine): Promise<unknown> => {
  const issue = await store.load(issues, ISSUE);
  const pull = await store.load(pulls, PULL);
  const events = await store.readAll(0, 1_000);
  const types = (subject: string): string[] => events.filter((one) => one.subject === subject).map(({ type }) => type);
  return {
    issue: issue && { phase: issue.phase, pr: issue.pr, mergeCommit: issue.mergeCommit, failures: issue.failures },
    pull: pull && { status: pull.status, headSha: pull.headSha, mergeCommit: pull.mergeCommit, rounds: pull.rounds },
    issueStory: types(ISSUE),
    pullStory: types(PULL),
    ids: new Set(events.map(({ id }) => id)).size === events.length,
    merges: outside.forge.merges.length,
    violations: readAttempts(events).violations,
    unsettled: [...outside.inbox.values()].filter(({ settled }) => !settled).length,
  };
};

const start = (machine: Machine): TestRig =>
  createTestRig(machine.store, readModelsOver(machine.store), systemClock, machine.outside);

/** Runs the life until a process got through it; a killed one is followed by another over the same store. */
const untilThrough = async (machine: Machine): Promise<void> => {
  for (let lives = 0; lives < 3; lives++) {
    try {
      await life(start(machine), machine.outside);
      return;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      machine.killAfter = 0;
    }
  }
  throw new Error('it never got through');
};

describe('one issue from filing to merge', () => {
  it('ends the same wherever the conductor is killed', async () => {
    const undisturbed = createMachine();
    await untilThrough(undisturbed);
    const expected = await endOf(undisturbed);
    expect(expected).toMatchObject({ issue: { phase: 'done' }, merges: 1, unsettled: 0, violations: [] });
    expect(undisturbed.writes).toBeGreaterThan(12);
    for (let n = 1; n <= undisturbed.writes; n++) {
      const machine = createMachine();
      machine.killAfter = n;
      await untilThrough(machine);
      expect({ killedAfter: n, end: await endOf(machine) }).toEqual({ killedAfter: n, end: expected });
    }
  });
});
