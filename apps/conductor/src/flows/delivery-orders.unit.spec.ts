import { describe, expect, it } from '@jest/globals';
import { issueSubject, pullSubject } from '@rig/contracts';
import { createMemoryEventStore } from '@rig/event-store';
import { derivedId, systemClock } from '@rig/kernel';
import fc from 'fast-check';
import { createForgeStory, type Deed, type Webhook } from '../testing/forge-story.js';
import { memoryGuards, readModelsOver } from '../testing/memory-read-models.js';
import { createTestRig, type TestRig } from '../testing/test-rig.js';
import type { IssueState } from '../core/issue/issue-state.js';
import { checksOf, type PullState } from '../core/pull/pull-state.js';
import { conductorProjections, issues, pulls } from './projections.js';

const REPO = 'acme/greeter';

/** One telling of a deed: when it arrives, and whether it is a copy under the same or another delivery id. */
interface Telling {
  /** Deeds that happen before it arrives; more than there are: after everything, as three days late. */
  readonly delay: number;
  /** Breaks ties among what arrives at the same time. */
  readonly place: number;
  readonly guid: 'own' | 'another';
}

interface Chapter {
  readonly deed: Deed;
  /** Seconds since the deed before: 0 gives two snapshots of one time. */
  readonly seconds: number;
  readonly tellings: readonly Telling[];
}

const telling: fc.Arbitrary<Telling> = fc.record({
  delay: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.constant(10_000) }),
  place: fc.nat(1_000),
  guid: fc.constantFrom('own', 'another'),
});
const chapters = (deed: fc.Arbitrary<Deed>): fc.Arbitrary<Chapter[]> =>
  fc.array(fc.record({ deed, seconds: fc.nat(2), tellings: fc.array(telling, { minLength: 1, maxLength: 5 }) }), {
    minLength: 1,
    maxLength: 14,
  });

const issueDeed = (...labels: string[]): fc.Arbitrary<Deed> =>
  fc.oneof(
    fc.record({ kind: fc.constant('edit-issue' as const), text: fc.nat(5) }),
    fc.record({
      kind: fc.constantFrom('label' as const, 'unlabel' as const),
      label: fc.constantFrom(...labels),
      by: fc.constantFrom('ada' as const, 'mallory' as const),
    }),
    fc.record({ kind: fc.constantFrom('close-issue' as const, 'reopen-issue' as const) }),
  );
const pullDeed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('push' as const), head: fc.integer({ min: 1, max: 15 }) }),
  fc.record({ kind: fc.constant('edit-pull' as const), text: fc.nat(5) }),
  fc.record({
    kind: fc.constantFrom('draft' as const, 'ready' as const, 'close-pull' as const, 'reopen-pull' as const),
  }),
  fc.record({
    kind: fc.constant('check' as const),
    state: fc.constantFrom('pending' as const, 'success' as const, 'failure' as const),
  }),
  fc.record({
    kind: fc.constant('review' as const),
    verdict: fc.constantFrom('approved' as const, 'changes_requested' as const),
  }),
  fc.record({ kind: fc.constantFrom('dismiss' as const, 'merge' as const) }),
);

const makeRig = (): TestRig => {
  const store = createMemoryEventStore({ projections: conductorProjections, guards: memoryGuards });
  return createTestRig(store, readModelsOver(store), systemClock);
};

/** Of two reasons to block, review rounds and a closed pull request, the one that was heard of first stands. */
const blockOf = (issue: IssueState, pull: PullState | undefined): string | undefined =>
  pull?.status === 'closed' ? 'one of two' : issue.block?.code;

/** What people and programs can see of the end; how often it changed on the way is history. */
const endState = async (rig: TestRig): Promise<unknown> => {
  const issue = await rig.store.load(issues, issueSubject(REPO, 1));
  const pull = await rig.store.load(pulls, pullSubject(REPO, 8));
  return {
    issue: issue && {
      title: issue.title,
      body: issue.body,
      labels: [...issue.labels].sort(),
      // After the merge the forge closes it.
      open: issue.open || issue.phase === 'done',
      approved: issue.approved,
      priority: issue.priority,
      phase: issue.phase,
      pr: issue.pr,
      // Whether an issue that is closed would be blocked depends on which of two closings was seen first.
      block: issue.phase === 'blocked' ? blockOf(issue, pull) : null,
      mergeCommit: issue.mergeCommit,
    },
    pull: pull && {
      title: pull.title,
      body: pull.body,
      headSha: pull.headSha,
      draft: pull.draft,
      status: pull.status,
      agent: pull.agent,
      issue: pull.issue,
      mergeCommit: pull.mergeCommit,
      checks: checksOf(pull, pull.headSha),
      reviews: Object.entries(pull.reviews)
        .map(([id, { state, headSha }]) => ({ id, state, headSha }))
        .sort((a, b) => a.id.localeCompare(b.id)),
    },
  };
};

interface Arrival {
  readonly at: number;
  readonly place: number;
  readonly guid: string;
  readonly hook: Webhook;
}

/**
 * How a story is told: each deed once and in order, or as its tellings say, one delivery after the other, or all that
 * are due at the same time, with the forge taking as long for each answer as the numbers say.
 */
type Manner = 'in order' | 'one by one' | readonly number[];

/** Every answer of the forge is as old as it likes to be when it arrives. */
const slowForge = ({ forge }: TestRig, ticks: readonly number[]): void => {
  let asked = 0;
  const dawdle = async (): Promise<void> => {
    for (let n = ticks[asked++ % ticks.length] ?? 0; n > 0; n--) await Promise.resolve();
  };
  const { issue, pull, reviews, threads, checks, labelledBy } = forge;
  const slow =
    <A extends unknown[], R>(ask: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await dawdle();
      const answer = await ask(...args);
      await dawdle();
      return answer;
    };
  Object.assign(forge, {
    issue: slow(issue),
    pull: slow(pull),
    reviews: slow(reviews),
    threads: slow(threads),
    checks: slow(checks),
    labelledBy: slow(labelledBy),
  });
};

/** Tells the story to a rig whose forge goes through it at the same time. */
const live = async (story: readonly Chapter[], withPull: boolean, manner: Manner): Promise<unknown> => {
  const rig = makeRig();
  const inOrder = manner === 'in order';
  if (typeof manner !== 'string') slowForge(rig, manner);
  const forge = createForgeStory(rig.forge);
  const arrivals: Arrival[] = [];
  const told = (index: number, hook: Webhook | undefined, tellings: readonly Telling[]): void => {
    if (hook === undefined) return;
    const own = derivedId('delivery', index);
    if (inOrder) arrivals.push({ at: index, place: 0, guid: own, hook });
    else
      tellings.forEach(({ delay, place, guid }, n) => {
        arrivals.push({ at: index + delay, place, guid: guid === 'own' ? own : derivedId(own, n), hook });
      });
  };
  const arrive = async (until: number): Promise<void> => {
    const due = arrivals.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.place - b.place);
    arrivals.splice(0, arrivals.length, ...arrivals.filter(({ at }) => at > until));
    const tell = ({ hook, guid }: Arrival) => rig.deliver(hook.event, hook.payload, guid);
    if (typeof manner !== 'string') await Promise.all(due.map(tell));
    else for (const arrival of due) await tell(arrival);
  };
  const opened = forge.openIssue(withPull ? ['agent-ready'] : []);
  if (withPull) await startPull(rig, forge, opened);
  else told(0, opened, story[0]?.tellings ?? []);
  for (const [index, { deed, seconds, tellings }] of story.entries()) {
    await arrive(index);
    told(index + 1, forge.tell(deed, seconds), tellings);
  }
  await arrive(Number.MAX_SAFE_INTEGER);
  return endState(rig);
};

/** An agent takes the issue and opens a pull request: this much has arrived when the disorder begins. */
const startPull = async (rig: TestRig, forge: ReturnType<typeof createForgeStory>, opened: Webhook): Promise<void> => {
  await rig.deliver(opened.event, opened.payload);
  const agent = rig.agents.agents[0];
  const claimed = agent && (await rig.flows.claimNext(agent, 'implement', 'w-1'));
  const taskId = claimed?.ok === true ? claimed.value.taskId : '';
  const worker = { name: 'w-1', incarnation: '0197f3a0-0000-7000-8000-00000000000a' };
  const started = await rig.flows.startAttempt({ taskId, agentId: 'dev-e-1', worker });
  if (!started.ok) throw new Error(started.refusal.message);
  const headSha = '0'.repeat(40);
  const hook = forge.openPull(started.value.branch, headSha);
  await rig.deliver(hook.event, hook.payload);
  const data = { taskId, fence: started.value.fence, summary: 'done', pr: 8, headSha, verdict: null };
  await rig.report(issueSubject(REPO, 1), { type: 'WORK_COMPLETED', data });
};

describe('deliveries repeated, shuffled, and days late', () => {
  it('leave an issue as it would be had each come once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(chapters(issueDeed('agent-ready', 'P0', 'P3')), async (story) => {
        expect(await live(story, false, 'one by one')).toEqual(await live(story, false, 'in order'));
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('leave a pull request as it would be had each come once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(chapters(pullDeed), async (story) => {
        expect(await live(story, true, 'one by one')).toEqual(await live(story, true, 'in order'));
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('leave an issue and its pull request as they would be, together', async () => {
    await fc.assert(
      fc.asyncProperty(chapters(fc.oneof(issueDeed('P0', 'P3'), pullDeed)), async (story) => {
        expect(await live(story, true, 'one by one')).toEqual(await live(story, true, 'in order'));
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('leave them as they would be also when several are decided at the same time', async () => {
    const deeds = chapters(fc.oneof(issueDeed('agent-ready', 'P0', 'P3'), pullDeed));
    const ticks = fc.array(fc.nat(40), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(deeds, ticks, fc.boolean(), async (story, manner, withPull) => {
        const told = withPull ? story : story.filter(({ deed }) => /issue|label/.test(deed.kind));
        fc.pre(told.length > 0);
        expect(await live(told, withPull, manner)).toEqual(await live(told, withPull, 'in order'));
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
