import { EVENTS_STREAM, FACTS_STREAM, GROUPS, INBOX_STREAM, tasksStream, WORKERS_GROUP } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import type { Forge, TokenMinter } from '@rig/forge';
import { createInboxSweep, type Inbox } from '@rig/inbox';
import { createLoop, derivedId } from '@rig/kernel';
import type { Kit, ServicePart } from '@rig/nest-kit';
import type { AgentsFile, RepositoryPolicy } from '@rig/policy';
import type { StreamBus } from '@rig/stream-bus';
import type { Flows } from '../flows/create-flows.js';
import type { TokenLedger } from '../flows/mint-task-token.js';
import { createReportBlockAgain } from '../flows/report-block-again.js';
import { createSweepBlocked } from '../flows/sweep-blocked.js';
import { createSweepConsumers, createSweepTaken, type StreamGroups } from '../flows/sweep-streams.js';
import { createSweepDeliveries } from '../flows/sweep-deliveries.js';
import { createSweepGate } from '../flows/sweep-gate.js';
import { createSweepIssues } from '../flows/sweep-issues.js';
import { createSweepLeftOpen } from '../flows/sweep-left-open.js';
import { createSweepMerges } from '../flows/sweep-merges.js';
import { createSweepOffers } from '../flows/sweep-offers.js';
import { createSweepOpenPulls } from '../flows/sweep-open-pulls.js';
import { createSweepPaused } from '../flows/sweep-paused.js';
import { createSweepStalePulls } from '../flows/sweep-stale-pulls.js';
import { createSweepTokens } from '../flows/sweep-tokens.js';
import { createSweepUnstarted } from '../flows/sweep-unstarted.js';
import { withinBudget, type Sweep } from '../flows/sweep.js';
import type { OutboundQueue } from './outbound-jobs.js';
import type { ReadModels } from './read-models.js';

export interface RepairDeps {
  readonly kit: Kit;
  readonly bus: StreamBus;
  readonly inbox: Inbox;
  readonly flows: Flows;
  readonly readModels: ReadModels;
  readonly queue: OutboundQueue;
  readonly forge: Forge;
  readonly minter: TokenMinter;
  readonly ledger: TokenLedger;
  readonly log: EventStore;
  agents(): AgentsFile;
  policyFor(repo: string): RepositoryPolicy;
  onOutcome(loop: string, outcome: string): void;
}

/** Things named in one log line. */
const NAMED = 20;

/** How repairs are run: each pass is counted, and what it mended is counted and written down. */
export const createRepair = ({ kit, onOutcome }: Pick<RepairDeps, 'kit' | 'onOutcome'>) => {
  const { clock, logger } = kit;
  const mended = kit.counter({
    name: 'rig_mended_total',
    help: 'Things that repair loops found amiss and mended',
    labels: ['loop'],
  });
  const report = (loop: string, count: number, what: readonly string[]): void => {
    mended({ loop }, count);
    logger.log('info', 'a repair loop mended something', { loop, count, what: what.slice(0, NAMED) });
  };
  const repair = (name: string, everyMs: number, sweep: Sweep): ServicePart => {
    const once = async (signal: AbortSignal): Promise<string> => {
      const found = await sweep(signal);
      if (found === undefined) return 'waits';
      if (found.length > 0) report(name, found.length, found);
      return found.length > 0 ? 'mended' : 'idle';
    };
    const { start, stop } = createLoop({ name, everyMs, once, clock, logger, onOutcome });
    return { name, start, stop };
  };
  return { repair, report };
};

const streamsOf = (agents: AgentsFile): readonly StreamGroups[] => [
  { stream: INBOX_STREAM, groups: GROUPS[INBOX_STREAM], fromLog: false },
  { stream: FACTS_STREAM, groups: GROUPS[FACTS_STREAM], fromLog: false },
  { stream: EVENTS_STREAM, groups: GROUPS[EVENTS_STREAM], fromLog: true },
  ...agents.agents.map(({ id }) => ({ stream: tasksStream(id), groups: [WORKERS_GROUP], fromLog: false })),
];

/** Asks again for merges that were requested and have not come about. */
const createMergeAgain = ({ kit: { clock }, readModels, queue }: RepairDeps) =>
  createSweepMerges({
    clock,
    openPulls: readModels.openPulls,
    mergeAgain: ({ repo, number, title, headSha }) => {
      const eventId = derivedId('merge-again', repo, number, headSha, clock.now());
      return queue.add(eventId, { kind: 'merge', eventId, repo, number, headSha, title: `${title} (#${number})` });
    },
  });

type Repair = ReturnType<typeof createRepair>['repair'];

/** What compares Rig with the forge. Each waits while the forge's rate window is nearly used up. */
const forgeRepairs = (deps: RepairDeps, repair: Repair): readonly ServicePart[] => {
  const { kit, inbox, flows, readModels, forge, log } = deps;
  const { clock, logger } = kit;
  const { openPulls, openIssues, leftOpen, blockedIssues } = readModels;
  const about = { ...flows, forge, clock, logger, policyFor: deps.policyFor };
  const asking = (name: string, everyMs: number, sweep: Sweep): ServicePart =>
    repair(name, everyMs, withinBudget(forge, sweep));
  const reportAgain = createReportBlockAgain({
    log,
    enqueue: (job) => deps.queue.add(`${job.eventId}-again-${clock.now()}`, job),
  });
  return [
    asking('gate sweep', 10_000, createSweepGate({ evaluate: flows.evaluateMerge, openPulls, clock })),
    asking('stale-pull sweep', 10_000, createSweepStalePulls({ ...about, openPulls })),
    asking('issue sweep', 60_000, createSweepIssues({ ...about, openIssues })),
    asking('open-pull sweep', 60_000, createSweepOpenPulls(about)),
    asking('delivery sweep', 15_000, createSweepDeliveries({ forge, inbox, clock })),
    asking('left-open sweep', 15_000, createSweepLeftOpen({ forge, leftOpen, clock })),
    asking('blocked sweep', 30_000, createSweepBlocked({ blocked: blockedIssues, reportAgain, clock })),
    asking('token sweep', 30_000, createSweepTokens({ ledger: deps.ledger, minter: deps.minter, clock })),
    repair('merge sweep', 10_000, createMergeAgain(deps)),
  ];
};

/** The repair loops: each looks at what should be, and mends what is not, whatever was missed before. */
export const createRepairs = (deps: RepairDeps): readonly ServicePart[] => {
  const { kit, bus, inbox, flows, readModels, agents, onOutcome } = deps;
  const { clock, logger } = kit;
  const { repair, report } = createRepair(deps);
  const liveTasks = () => readModels.liveTasks();
  const onWoken = (items: number): void => report('inbox sweep', items, []);
  const { start, stop } = createInboxSweep({ inbox, clock, logger, onOutcome, onWoken });
  const streams = () => streamsOf(agents());
  return [
    { name: 'inbox sweep', start, stop },
    repair('offer sweep', 5_000, createSweepOffers({ bus, describe: flows.describe, liveTasks, clock })),
    repair('unstarted sweep', 30_000, createSweepUnstarted({ ...flows, liveTasks, agents, clock })),
    repair('pause sweep', 5_000, createSweepPaused(flows.steerPauses)),
    repair('trim', 60_000, createSweepTaken(bus, streams)),
    repair('consumer sweep', 300_000, createSweepConsumers(bus, streams)),
    ...forgeRepairs(deps, repair),
  ];
};
