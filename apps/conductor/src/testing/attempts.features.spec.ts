import { describe, expect, it } from '@jest/globals';
import { issueSubject, type TaskBrief } from '@rig/contracts';
import { fakeClock, type FakeClock } from '@rig/testkit';
import fc from 'fast-check';
import type { Clock } from '@rig/kernel';
import { readAttempts } from './attempt-history.js';
import type { TestRig } from './test-rig.js';
import { issuePayload } from './webhooks.js';

const REPO = 'acme/greeter';
const SHA = 'a'.repeat(40);
const ISSUES = 3;
const AGENTS = ['dev-e-1', 'dev-e-2'] as const;
/** More than a lease lasts, in milliseconds. */
const LEASE_GONE_MS = 20_000;

/** One thing that somebody does; numbers choose among what there is. */
type Act =
  | { readonly kind: 'claim'; readonly agent: number; readonly instance: number }
  | { readonly kind: 'start'; readonly task: number; readonly worker: number; readonly life: number }
  | { readonly kind: 'lost' | 'complete' | 'fail' | 'token'; readonly brief: number }
  | { readonly kind: 'silence' };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant('claim' as const), agent: fc.nat(1), instance: fc.nat(3) }),
  fc.record({ kind: fc.constant('start' as const), task: fc.nat(5), worker: fc.nat(2), life: fc.nat(1) }),
  fc.record({
    kind: fc.constantFrom('lost' as const, 'complete' as const, 'fail' as const, 'token' as const),
    brief: fc.nat(6),
  }),
  fc.constant({ kind: 'silence' as const }),
);

interface Granted {
  readonly brief: TaskBrief;
  readonly to: string;
}

/** What was handed out so far, as the workers hold it in their hands: stale or not. */
interface Held {
  readonly tasks: { readonly taskId: string; readonly agent: string }[];
  readonly briefs: Granted[];
  reports: number;
}

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

const report = async (rig: TestRig, held: Held, kind: 'complete' | 'fail', { brief }: Granted): Promise<void> => {
  const { taskId, fence, agent, issue } = brief;
  const subject = issueSubject(REPO, issue?.number ?? 0);
  held.reports += 1;
  await (kind === 'complete'
    ? rig.report(
        subject,
        { type: 'WORK_COMPLETED', data: { taskId, fence, summary: '', pr: 8, headSha: SHA, verdict: null } },
        agent,
      )
    : rig.report(
        subject,
        { type: 'WORK_FAILED', data: { taskId, fence, code: 'AGENT_FAILED', message: 'no' } },
        agent,
      ));
};

const token = async (rig: TestRig, { brief }: Granted, before: ReadonlyMap<string, number>): Promise<void> => {
  const { taskId, agent, fence } = brief;
  const minted = await rig.flows.mintTaskToken(taskId, agent, fence);
  // An attempt that had ended before this was asked gets nothing.
  if (minted.ok) expect(before.get(taskId) ?? 0).toBeLessThanOrEqual(fence);
};

const start = async (rig: TestRig, held: Held, what: Act & { kind: 'start' }): Promise<void> => {
  const task = pick(held.tasks, what.task);
  if (task === undefined) return;
  const worker = { name: `w-${what.worker}`, incarnation: `0197f3a0-0000-7000-8000-00000000000${what.life}` };
  const started = await rig.flows.startAttempt({ taskId: task.taskId, agentId: task.agent, worker });
  if (started.ok) held.briefs.push({ brief: started.value, to: `${worker.name}/${worker.incarnation}` });
};

const perform = async (rig: TestRig, clock: FakeClock, held: Held, what: Act, before: ReadonlyMap<string, number>) => {
  const granted = 'brief' in what ? pick(held.briefs, what.brief) : undefined;
  switch (what.kind) {
    case 'claim': {
      const agent = rig.agents.agents.find(({ id }) => id === AGENTS[what.agent]);
      const claimed = agent && (await rig.flows.claimNext(agent, 'implement', `w-${what.instance}`));
      if (claimed?.ok === true) held.tasks.push({ taskId: claimed.value.taskId, agent: agent?.id ?? '' });
      return;
    }
    case 'start':
      return start(rig, held, what);
    case 'lost': {
      if (granted === undefined) return;
      const { taskId, fence, issue } = granted.brief;
      const data = { taskId, fence, reason: 'no renewal' };
      await rig.report(issueSubject(REPO, issue?.number ?? 0), { type: 'ATTEMPT_LOST', data }, 'dispatcher');
      return;
    }
    case 'complete':
    case 'fail':
      return granted && report(rig, held, what.kind, granted);
    case 'token':
      return granted && token(rig, granted, before);
    case 'silence':
      return clock.advance(LEASE_GONE_MS);
  }
};

const check = async (rig: TestRig, held: Held): Promise<ReadonlyMap<string, number>> => {
  const events = await rig.store.readAll(0, 10_000);
  const { violations, live, fences } = readAttempts(events);
  expect(violations).toEqual([]);
  for (const { id, slots } of rig.agents.agents) {
    expect([...live.values()].filter((agent) => agent === id).length).toBeLessThanOrEqual(slots);
  }
  // A fence belongs to one worker, however many asked for it.
  for (const { brief, to } of held.briefs) {
    expect(new Set(held.briefs.filter((one) => one.brief.fence === brief.fence).map((one) => one.to))).toEqual(
      new Set([to]),
    );
  }
  const answers = events.filter(({ type }) => ['WORK_COMPLETED', 'WORK_FAILED', 'WORK_REPORT_REFUSED'].includes(type));
  expect(answers).toHaveLength(held.reports);
  return fences;
};

/** Claimers, takeovers and late reports in any interleaving, whatever store is under them. */
export const attemptFeatures = (makeRig: (clock: Clock) => Promise<TestRig>, numRuns: number): void => {
  describe('whatever claimers, successors and stragglers do at once', () => {
    it('one attempt lives for a task, fences rise, and every report is answered', async () => {
      let [granted, refused] = [0, 0];
      const rounds = fc.array(fc.array(act, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 14 });
      await fc.assert(
        fc.asyncProperty(rounds, async (story) => {
          const clock = fakeClock();
          const rig = await makeRig(clock);
          for (let number = 1; number <= ISSUES; number++) await rig.deliver('issues', issuePayload(number, 'opened'));
          const held: Held = { tasks: [], briefs: [], reports: 0 };
          let fences: ReadonlyMap<string, number> = new Map();
          for (const acts of story) {
            const before = fences;
            await Promise.all(acts.map((what) => perform(rig, clock, held, what, before)));
            fences = await check(rig, held);
          }
          granted += held.briefs.length;
          refused += (await rig.store.readAll(0, 10_000)).filter(({ type }) => type === 'WORK_REPORT_REFUSED').length;
        }),
        { numRuns, endOnFailure: numRuns < 50 },
      );
      // Stories in which nobody gets anything, or nobody is late, say nothing; a few may well be like that.
      expect(Math.min(granted, refused)).toBeGreaterThanOrEqual(Math.floor(numRuns / 50));
    }, 120_000);
  });
};
