import type { LoggedEvent } from '../../core/faults/invariants.js';
import type { FaultRow, RowContext } from './row.js';
import type { WorldLink } from './world.js';

const MERGE = /^PUT \S+\/merge /;
const BODY = '{"message":"as the fault suite says"}';
const DONE_WITHIN_MS = 90_000;

const answerOf = (status: string, ...headers: readonly string[]): string =>
  [
    `HTTP/1.1 ${status}`,
    'content-type: application/json',
    `content-length: ${BODY.length}`,
    'connection: close',
    ...headers,
    '',
    BODY,
  ].join('\r\n');

const of = async ({ world }: RowContext, type: string): Promise<readonly LoggedEvent[]> =>
  (await world.observer.events()).filter((event) => event.type === type);

/** Everything that is filed ends; then the next fault has the forge to itself. */
const allDone = async (context: RowContext): Promise<void> => {
  const filed = context.world.filed();
  if (!(await context.seen('ISSUE_DONE', filed, DONE_WITHIN_MS)))
    context.violated(`not all of ${filed} issues are done`);
};

/** Merges that are refused, fail, and lose their answer. */
const refuseMerges = async (context: RowContext, link: WorldLink): Promise<void> => {
  const { world, short } = context;
  const all = ['502 Bad Gateway', '409 Conflict', '405 Method Not Allowed', '422 Unprocessable Entity'];
  const statuses = short ? all.slice(0, 1) : all;
  await world.file(statuses.length);
  for (const status of statuses) {
    const before = link.answered();
    link.answer(MERGE, answerOf(status), 1);
    if (!(await context.until(() => link.answered() > before, DONE_WITHIN_MS, `a merge to meet ${status}`))) {
      context.violated(`no merge met ${status}`);
    }
    context.injected();
  }
  const cuts = link.cuts();
  link.cutAnswer(MERGE, 1);
  if (short) await world.file(1);
  if (!(await context.until(() => link.cuts() > cuts, DONE_WITHIN_MS, 'a merge whose answer is lost'))) {
    context.violated('no merge lost its answer');
  }
  context.injected();
  await allDone(context);
};

/** The next call of a merge is refused for the rate limit; nothing of its kind is sent before the reset. */
const exhaust = async (context: RowContext, link: WorldLink, answer: () => string, waitMs: number): Promise<void> => {
  const { world } = context;
  const [before, merged] = [link.answered(), (await of(context, 'PR_MERGED')).length];
  await world.file(1);
  // The reset counts from the moment of the answer, which is near: the approval is there.
  await context.seen('REVIEW_APPROVED', merged + 1, DONE_WITHIN_MS);
  link.answer(MERGE, answer(), 1);
  if (!(await context.until(() => link.answered() > before, DONE_WITHIN_MS, 'a merge to meet the rate limit'))) {
    return context.violated('no merge met the rate limit');
  }
  const metAt = context.now();
  context.injected();
  await context.seen('PR_MERGED', merged + 1, DONE_WITHIN_MS);
  const waited = context.now() - metAt;
  context.note(`merged ${Math.round(waited)} ms after the rate limit was met`);
  if (waited < waitMs) context.violated(`a merge went out ${Math.round(waited)} ms after the rate limit was exhausted`);
  await allDone(context);
};

const rateLimits = async (context: RowContext, link: WorldLink): Promise<void> => {
  const reset = (): string => `x-ratelimit-reset: ${Math.floor(Date.now() / 1_000) + 9}`;
  const exhausted = (): string =>
    answerOf('403 Forbidden', 'x-ratelimit-limit: 5000', 'x-ratelimit-remaining: 0', reset());
  await exhaust(context, link, exhausted, 3_000);
  await exhaust(context, link, () => answerOf('429 Too Many Requests', 'retry-after: 5'), 4_500);
};

/** Stops the conductor right before its next merge call; resolves to the pull request, undefined when none came. */
const stopBeforeMerge = async (context: RowContext): Promise<number | undefined> => {
  const { world } = context;
  const before = world.struck('conductor-0').length;
  world.arm('conductor-0', 'merge.before-call:1:stop');
  await world.file(1);
  const stopped = (): boolean => world.struck('conductor-0').length > before;
  if (!(await context.until(stopped, DONE_WITHIN_MS, 'a merge to be about to be called'))) {
    world.disarm('conductor-0');
    context.violated('no merge came up');
    return undefined;
  }
  const requested = (await of(context, 'MERGE_REQUESTED')).at(-1);
  context.injected();
  return Number(requested?.subject.split('/').at(-1));
};

/** Somebody pushes between the gate and the merge: the old head is not merged, the new one passes every gate first. */
const moveHead = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const number = await stopBeforeMerge(context);
  if (number === undefined) return;
  const { sha: old, branch } = await world.hands.head(number);
  const moved = await world.hands.commitOnto(branch);
  world.signal('conductor-0', 'SIGCONT');
  await allDone(context);
  const now = await world.hands.head(number);
  if (now.sha === old) context.violated(`I7: #${number} was merged at a head that had moved`);
  if (now.sha !== moved) context.note(`#${number} was merged at ${now.sha}, beyond ${moved}`);
};

/** A check becomes required between the gate and the merge: nothing is merged before it passed, and a person is told why. */
const requireLate = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const number = await stopBeforeMerge(context);
  if (number === undefined) return;
  await world.hands.requireChecks(['test', 'audit']);
  world.observer.requireCheck('audit');
  world.signal('conductor-0', 'SIGCONT');
  const issue =
    world.history
      .all()
      .flatMap((one) => (one.op === 'filed' ? [one.issue] : []))
      .at(-1) ?? 0;
  const told = async (): Promise<boolean> => {
    const { body } = await world.doors.operate('GET', `/api/explain/issues/${world.repo}/${issue}`);
    return JSON.stringify(body).includes('audit');
  };
  if (!(await context.until(told, 45_000, 'the missing check to be explained'))) {
    context.violated('I5: nothing says that the check audit is missing');
  }
  const { sha, merged } = await world.hands.head(number);
  if (merged) context.violated(`I7: #${number} was merged without the check that came late`);
  await world.hands.pass(sha, 'audit');
  await allDone(context);
};

/** No answer to a merge within its deadline; then the forge itself dies under one. */
const loseForge = async (context: RowContext, link: WorldLink): Promise<void> => {
  const { world } = context;
  if ((await stopBeforeMerge(context)) === undefined) return;
  link.partition('to-client');
  world.signal('conductor-0', 'SIGCONT');
  await context.pause(17_000);
  link.heal();
  await allDone(context);
  if ((await stopBeforeMerge(context)) === undefined) return;
  world.signal('dev-forge-0', 'SIGKILL');
  world.signal('conductor-0', 'SIGCONT');
  await allDone(context);
};

/** Every done issue was merged by exactly one commit. */
const demandOneCommitEach = async (context: RowContext): Promise<void> => {
  const commits = await context.world.observer.commits();
  for (const { subject } of await of(context, 'PR_MERGED')) {
    const number = subject.split('/').at(-1) ?? '';
    const found = commits.filter((title) => title.endsWith(`(#${number})`)).length;
    if (found !== 1) context.violated(`I2: #${number} is on the default branch ${found} times`);
  }
};

export const forgeRefuses: FaultRow = {
  row: 20,
  name: 'the forge refuses, moves, limits, dies',
  inShort: false,
  authors: 2,
  flawless: true,
  boundSeconds: 360,
  run: async (context) => {
    const link = context.world.link('conductor-0>forge');
    if (link === undefined) return context.violated('no link to the forge');
    await refuseMerges(context, link);
    await rateLimits(context, link);
    await moveHead(context);
    await loseForge(context, link);
    await requireLate(context);
    await demandOneCommitEach(context);
  },
};
