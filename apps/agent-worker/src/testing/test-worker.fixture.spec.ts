import { join } from 'node:path';
import { createConductorClient, createGatewayClient, fixedToken } from '@rig/agent-kit';
import { silentLogger, systemClock, type Lifecycle } from '@rig/kernel';
import type { StreamBus } from '@rig/stream-bus';
import { createAgentCommand } from '../edge/agent-command.js';
import { createHttpIntake } from '../edge/http-intake.js';
import type { OneShot } from '../edge/one-shot.js';
import { createReports } from '../edge/reports.js';
import { createStreamIntake } from '../edge/stream-intake.js';
import { createWorkspaces } from '../edge/workspaces.js';
import { createAuthorTask } from '../flows/author-task.js';
import { createDesk, type Desk } from '../flows/desk.js';
import { createReviewTask } from '../flows/review-task.js';
import { createWorkOffer } from '../flows/work-offer.js';
import type { LocalForge } from './local-forge.fixture.spec.js';

export interface TestWorkerOptions {
  readonly local: LocalForge;
  /** Of the fake services. */
  readonly url: string;
  /** Delivery by stream with a bus, by HTTP without. */
  readonly bus?: StreamBus;
  /** Source of the agent command, run by `node -e`. */
  readonly script: string;
  readonly timeoutMs?: number;
  readonly drainMs?: number;
  readonly role?: 'author' | 'reviewer';
  readonly oneShot?: OneShot;
}

export interface TestWorker extends Lifecycle {
  readonly desk: Desk;
  readonly ends: string[];
}

/** A worker as `edge/worker.ts` puts it together, in this process, on a local forge and fake services. */
export const createTestWorker = (options: TestWorkerOptions): TestWorker => {
  const { local, url, bus, script, timeoutMs = 20_000, drainMs = 5_000, role = 'author', oneShot } = options;
  const worker = { name: 'dev-e-1-0', incarnation: '0197f3a0-0000-7000-8000-00000000000a' };
  const common = { clock: systemClock, logger: silentLogger };
  const http = { baseUrl: url, tokens: fixedToken('work'), retries: 1, retryBaseMs: 20 };
  const conductor = createConductorClient(http);
  const folder = join(local.work, 'reports');
  const reports = createReports({ gateway: createGatewayClient(http), folder, ...common });
  const settings = {
    run: process.execPath,
    args: ['-e', `const fs = require('node:fs'); ${script}`],
    timeoutMs,
    passEnv: [],
  };
  const tools = {
    workspaces: createWorkspaces({ git: local.git, clock: systemClock, root: local.work, worker: worker.name }),
    agent: createAgentCommand(
      () => settings,
      { kit: '/opt/rig/guard', spool: join(local.work, 'blocks') },
      { PATH: process.env['PATH'], GITHUB_TOKEN: 'secret' },
    ),
    forge: () => local.forge,
  };
  const ends: string[] = [];
  const work = createWorkOffer({
    agentId: 'dev-e-1',
    worker,
    conductor,
    reports,
    author: createAuthorTask(tools),
    reviewer: createReviewTask(tools),
    ...common,
    onEnd: (_kind, outcome) => ends.push(outcome),
  });
  const desk = createDesk({ slots: 1, work, clock: systemClock, drainMs });
  const shared = { conductor, desk, agentId: 'dev-e-1', slots: 1, oneShot };
  const intake =
    bus === undefined
      ? createHttpIntake({ ...shared, role, instance: worker.name, ...common, pollMs: 20 })
      : createStreamIntake({ ...shared, bus, consumer: worker.name, incarnation: worker.incarnation, laterMs: 100 });
  return {
    desk,
    ends,
    start: async () => {
      await reports.start();
      await intake.start();
    },
    stop: async () => {
      await intake.stop();
      await reports.stop();
    },
  };
};
