import { answerFaults, overbooked, quantile } from '../../core/faults/load.js';
import type { FaultRow, RowContext } from './row.js';
import type { Claimer, DoorAnswer, RecordedDelivery } from './world-parts.js';

const CLAIMERS = 16;
/** Deliveries a second of an ordinary, busy day; the load is ten times that. */
const ORDINARY = 20;
/** So many at once, every second, on top: more than the gateway is allowed to answer at the same time. */
const BURST = 100;
const TICK_MS = 100;
/** Answers that are waited for at once; beyond it nothing is sent until some have come. */
const MAX_OPEN = 1_000;
const CLAIM_PAUSE_MS = 200;
const STEP_MS = 400;

/** Bounds small enough for one machine to exceed. */
const GATEWAY = { RIG_MAX_IN_FLIGHT: '32', RIG_RATE_PER_CALLER: '50', RIG_BURST_PER_CALLER: '100' };

/** A delivery of any kind: of no interest, about an issue as it was, or one that came before. */
const anyDelivery = (known: readonly RecordedDelivery[], random: () => number, n: number): RecordedDelivery => {
  const guid = `load-${n}-${Math.floor(random() * 1e9)}`;
  const earlier = known[Math.floor(random() * known.length)];
  const kind = random();
  if (earlier === undefined || kind < 0.6) {
    return { guid, event: 'star', body: JSON.stringify({ action: 'created', starred_at: null, load: guid }) };
  }
  return kind < 0.8
    ? { ...earlier, guid, body: `${earlier.body.slice(0, -1)},"load":"${guid}"}` }
    : { ...earlier, guid };
};

interface Load {
  stop(): Promise<readonly DoorAnswer[]>;
}

/** Ten times the ordinary number of deliveries every second, and a burst on top, whatever becomes of them. */
const startLoad = (context: RowContext, known: readonly RecordedDelivery[]): Load => {
  const { world, random } = context;
  const answers: DoorAnswer[] = [];
  const open = new Set<Promise<void>>();
  let sent = 0;
  let sending = true;
  const send = (): void => {
    if (open.size >= MAX_OPEN) return;
    const answer = world.doors.deliver(anyDelivery(known, random, sent++)).then((given) => void answers.push(given));
    open.add(answer);
    void answer.finally(() => open.delete(answer));
  };
  const loop = (async () => {
    for (let tick = 0; sending; tick++) {
      const burst = tick % (1_000 / TICK_MS) === 0 ? BURST : 0;
      for (let n = 0; n < (ORDINARY * 10 * TICK_MS) / 1_000 + burst; n++) send();
      await context.pause(TICK_MS);
    }
  })();
  loop.catch(() => undefined);
  return {
    stop: async () => {
      sending = false;
      await loop;
      await Promise.all(open);
      context.injected(sent);
      return answers;
    },
  };
};

/** Sixteen agents that claim whatever is ready, all at once. Resolves to how many tasks they had in hand. */
const startClaiming = (context: RowContext) => {
  const { world, random } = context;
  const claimers = Array.from({ length: CLAIMERS }, (_, n) => world.claimer(n + 1, random, STEP_MS));
  const ending = new AbortController();
  let worked = 0;
  const claim = async (claimer: Claimer): Promise<void> => {
    while (!ending.signal.aborted) {
      worked += await claimer.once(ending.signal).catch(() => 0);
      await context.pause(random() * CLAIM_PAUSE_MS);
    }
  };
  const loops = Promise.all(claimers.map(claim));
  loops.catch(() => undefined);
  return {
    stop: async (): Promise<number> => {
      ending.abort();
      await loops;
      const dropped = async (): Promise<boolean> =>
        (await Promise.all(claimers.map((claimer) => claimer.drop().catch(() => false)))).every(Boolean);
      if (!(await context.until(dropped, 30_000, 'the claimers to hand back'))) {
        context.violated('I5: a claimer could not hand back what it held');
      }
      return worked;
    },
  };
};

/** One agent that reports far too much is told so, alone. */
const greedyAgent = async (context: RowContext): Promise<void> => {
  const answers: DoorAnswer[] = [];
  for (let wave = 0; wave < 30; wave++) {
    const reports = Array.from({ length: 10 }, () => context.world.doors.report('pull-e-1', {}));
    answers.push(...(await Promise.all(reports)));
  }
  context.injected();
  const told = answers.filter(({ status }) => status === 429);
  if (told.length === 0) context.violated('an agent that reports too much was not told so');
  if (told.some(({ retryAfter }) => retryAfter === null)) context.violated('a 429 did not say when to come again');
};

const judge = (context: RowContext, answers: readonly DoorAnswer[], claims: number): void => {
  const taken = answers.filter(({ status }) => status === 202);
  const shed = answers.length - taken.length;
  const slowest = Math.round(
    quantile(
      taken.map(({ ms }) => ms),
      0.99,
    ),
  );
  context.note(`${answers.length} deliveries, ${shed} shed, 99% taken within ${slowest} ms; ${claims} claims`);
  for (const text of answerFaults(answers)) context.violated(text);
  if (shed === 0) context.violated('nothing was shed: this was no load');
  if (claims === 0) context.violated('nobody claimed anything: this was no race');
};

/** @param seconds  how long the load lasts; a fifth of it in a short run */
export const underLoad = (seconds: number): FaultRow => ({
  row: 14,
  name: 'ten times the load, sixteen claimers',
  inShort: true,
  alone: true,
  authors: 2,
  claimers: CLAIMERS,
  // The claimers hand back several times a second: the hourly limit is the bound of another test.
  policy: { maxPerHour: 10_000 },
  env: { 'gateway-': GATEWAY },
  boundSeconds: seconds + 240,
  run: async (context) => {
    const { world } = context;
    // Whoever would get the work done sleeps, so that there is something to claim as long as the load lasts.
    const authors = world.processes().filter(({ name }) => name.startsWith('dev-e-'));
    for (const { name } of authors) world.signal(name, 'SIGSTOP');
    await world.file(context.short ? 4 : 8);
    const claiming = startClaiming(context);
    await context.seen('ISSUE_ASSIGNED', 1, 30_000);
    const load = startLoad(context, await world.records.deliveries());
    const until = context.now() + (context.short ? seconds / 10 : seconds) * 1_000;
    let asked = 0;
    let ready = 0;
    while (context.now() < until) {
      asked += 1;
      if (await world.doors.ready('gateway')) ready += 1;
      await context.pause(1_000);
    }
    const answers = await load.stop();
    context.note(`${await world.observer.undecided()} deliveries and facts wait at the end of the load`);
    await greedyAgent(context);
    const claims = await claiming.stop();
    for (const { name } of authors) world.signal(name, 'SIGCONT');
    // A single answer may be late on a busy machine; most may not.
    if (ready < asked / 2) context.violated(`the gateway was not ready ${asked - ready} of ${asked} times`);
    judge(context, answers, claims);
    if (!(await context.until(async () => (await world.observer.undecided()) === 0, 120_000))) {
      context.violated('I5: the backlog did not drain');
    }
    if (!(await context.seen('ISSUE_DONE', world.filed(), 180_000))) context.violated('I5: work ended with the load');
    for (const text of overbooked(await world.observer.events(), 1)) context.violated(text);
  },
});
