import { EVENTS_STREAM, FACTS_STREAM, INBOX_STREAM, tasksStream } from '@rig/contracts';
import type { EventLog } from '@rig/event-store';
import type { Forge } from '@rig/forge';
import { createInboxSweep, type Inbox } from '@rig/inbox';
import { createLoop, derivedId, type Loop } from '@rig/kernel';
import type { Kit, ServicePart } from '@rig/nest-kit';
import type { AgentsFile, RepositoryPolicy } from '@rig/policy';
import type { StreamBus } from '@rig/stream-bus';
import type { Flows } from '../flows/create-flows.js';
import { createSweepGate } from '../flows/sweep-gate.js';
import { createSweepIssues } from '../flows/sweep-issues.js';
import { createSweepLeftOpen } from '../flows/sweep-left-open.js';
import { createSweepMerges } from '../flows/sweep-merges.js';
import { createSweepOffers } from '../flows/sweep-offers.js';
import { createSweepDeliveries } from '../flows/sweep-deliveries.js';
import { createSweepPaused } from '../flows/sweep-paused.js';
import { createSweepUnstarted } from '../flows/sweep-unstarted.js';
import { createSweepStalePulls } from '../flows/sweep-stale-pulls.js';
import { createMeasure } from './gauges.js';
import type { OutboundQueue } from './outbound-jobs.js';
import type { ReadModels } from './read-models.js';

export interface LoopDeps {
  readonly kit: Kit;
  readonly bus: StreamBus;
  readonly inbox: Inbox;
  readonly flows: Flows;
  readonly readModels: ReadModels;
  readonly queue: OutboundQueue;
  readonly forge: Forge;
  readonly log: EventLog;
  agents(): AgentsFile;
  policyFor(repo: string): RepositoryPolicy;
}

/** Entries stay on a stream this long after every group has taken them, in milliseconds; then this long at most. */
const KEEP_MS = 10 * 60_000;
const HARD_KEEP_MS = 24 * 3_600_000;
/** How long one sign of life is believed, and how often it is given, in milliseconds. */
const ALIVE_MS = 15_000;
const ALIVE_EVERY_MS = 5_000;

/** Asks again for merges that were requested and have not come about. */
const createMergeAgain = ({ kit: { clock }, readModels, queue }: LoopDeps) =>
  createSweepMerges({
    clock,
    openPulls: readModels.openPulls,
    mergeAgain: ({ repo, number, title, headSha }) => {
      const eventId = derivedId('merge-again', repo, number, headSha, clock.now());
      return queue.add(eventId, { kind: 'merge', eventId, repo, number, headSha, title: `${title} (#${number})` });
    },
  });

/** Cuts off what every group of a stream has taken. */
const createTrim =
  ({ bus, agents }: LoopDeps) =>
  async (): Promise<string> => {
    const streams = [INBOX_STREAM, FACTS_STREAM, EVENTS_STREAM, ...agents().agents.map(({ id }) => tasksStream(id))];
    let trimmed = 0;
    for (const stream of streams) {
      // Offers are never cut off unread: nothing else holds them.
      const hardKeep = stream === EVENTS_STREAM ? HARD_KEEP_MS : undefined;
      trimmed += await bus.trim(stream, KEEP_MS, hardKeep);
    }
    return trimmed > 0 ? 'trimmed' : 'idle';
  };

/** The repair loops: each looks at what should be, and mends what is not, whatever was missed before. */
export const createLoops = (deps: LoopDeps): readonly ServicePart[] => {
  const { kit, bus, inbox, flows, readModels, forge, agents } = deps;
  const { clock, logger } = kit;
  const count = kit.counter({
    name: 'rig_loop_passes_total',
    help: 'Passes of loops by outcome',
    labels: ['loop', 'outcome'],
  });
  const onOutcome = (loop: string, outcome: string): void => count({ loop, outcome });
  const loop = (name: string, everyMs: number, once: (signal: AbortSignal) => Promise<string>): ServicePart => {
    const made: Loop = createLoop({ name, everyMs, once, clock, logger, onOutcome });
    return { name, start: made.start, stop: made.stop };
  };
  const sweep = createInboxSweep({ inbox, clock, logger, onOutcome });
  return [
    { name: 'inbox sweep', start: sweep.start, stop: sweep.stop },
    loop(
      'offer sweep',
      5_000,
      createSweepOffers({ bus, describe: flows.describe, liveTasks: () => readModels.liveTasks(), clock }),
    ),
    loop(
      'gate sweep',
      10_000,
      createSweepGate({ evaluate: flows.evaluateMerge, openPulls: readModels.openPulls, clock }),
    ),
    loop(
      'stale-pull sweep',
      10_000,
      createSweepStalePulls({ ...flows, forge, openPulls: readModels.openPulls, clock }),
    ),
    loop(
      'unstarted sweep',
      30_000,
      createSweepUnstarted({ ...flows, liveTasks: () => readModels.liveTasks(), agents, clock }),
    ),
    loop('issue sweep', 60_000, createSweepIssues({ ...flows, forge, clock, logger, policyFor: deps.policyFor })),
    loop('delivery sweep', 15_000, createSweepDeliveries({ forge, clock })),
    loop('merge sweep', 10_000, createMergeAgain(deps)),
    loop('left-open sweep', 15_000, createSweepLeftOpen({ forge, leftOpen: readModels.leftOpen, clock })),
    loop('pause sweep', 5_000, createSweepPaused(flows.steerPauses)),
    loop('gauges', 10_000, createMeasure({ kit, inbox, bus, log: deps.log, forge, agents })),
    loop('sign of life', ALIVE_EVERY_MS, async () => {
      await bus.markAlive('conductor', ALIVE_MS);
      return 'alive';
    }),
    loop('trim', 60_000, createTrim(deps)),
  ];
};
