import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { WORKERS_GROUP, tasksStream, type Fact, type Offer } from '@rig/contracts';
import { silentLogger } from '@rig/kernel';
import { createSpoolReader } from '@rig/spool';
import { createValkeyStreamBus, type StreamBus } from '@rig/stream-bus';
import { eventually, testValkey } from '@rig/testkit';
import { startFakeServices, type FakeServices } from './fake-services.fixture.spec.js';
import { briefOf, createLocalForge, type LocalForge } from './local-forge.fixture.spec.js';
import { createTestWorker, type TestWorker, type TestWorkerOptions } from './test-worker.fixture.spec.js';

export const template = join(dirname(fileURLToPath(import.meta.url)), '../../../cli/templates/greeter');
export const stream = tasksStream('dev-e-1');
export const brief = briefOf({ leaseMs: 300 });
export const offer: Offer = {
  taskId: brief.taskId,
  kind: 'implement',
  position: 40,
  repo: brief.repo,
  issue: 7,
  pr: null,
  title: 'Add slugify(text)',
  tier: 'T1',
};

const done = { outcome: 'done', title: 'feat: add slugify', summary: 'Adds it.', testPlan: 'npm test' };

/** Source of agent commands for `node -e`; `fs` is there. */
export const scripts = {
  writes: (result: unknown): string =>
    `fs.writeFileSync(process.env.RIG_RESULT_FILE, ${JSON.stringify(JSON.stringify(result))});`,
  good: `fs.writeFileSync('src/slugify.js', 'x'); fs.writeFileSync(process.env.RIG_RESULT_FILE, ${JSON.stringify(JSON.stringify(done))});`,
  /** Says that it is done and changed nothing. */
  idle: `fs.writeFileSync(process.env.RIG_RESULT_FILE, ${JSON.stringify(JSON.stringify(done))});`,
  says: (marker: string): string => `fs.writeFileSync(${JSON.stringify(marker)}, String(process.pid));`,
  forever: 'setInterval(() => {}, 1000);',
};

export interface Stage {
  readonly bus: StreamBus;
  readonly local: LocalForge;
  readonly services: FakeServices;
  /** File by which a command says that it runs, and as which process. */
  readonly marker: string;
  worker: TestWorker | undefined;
  /** Spool of the worker's reports. */
  readonly reports: string;
  /** What lies in it and was not delivered. */
  spooled(): Promise<readonly Fact[]>;
  /** Starts a worker on the stream, with one offer on it. */
  begin(options: Partial<TestWorkerOptions> & { script: string }): Promise<TestWorker>;
  outstanding(): Promise<number>;
  /** The last report that is no step. */
  last(): Fact | undefined;
  reported(type: Fact['type']): Promise<Fact | undefined>;
  pid(): Promise<number>;
  close(): Promise<void>;
}

export const isGone = (pid: number): Promise<unknown> =>
  eventually(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));

/** Real Valkey, a real repository, fake conductor and gateway; all of it new. */
export const createStage = async (): Promise<Stage> => {
  const valkey = await testValkey();
  const bus = createValkeyStreamBus({ url: valkey.url, logger: silentLogger, connectionName: 'test' });
  const local = await createLocalForge(template);
  await mkdir(local.work);
  const services = await startFakeServices(brief, local.token);
  const marker = join(local.folder, 'runs');
  const stage: Stage = {
    bus,
    local,
    services,
    marker,
    worker: undefined,
    reports: join(local.work, 'reports'),
    spooled: async () => {
      const { records } = await createSpoolReader({ folder: stage.reports }).read(100);
      return records.map((record) => JSON.parse(record) as Fact);
    },
    begin: async (options) => {
      const worker = createTestWorker({ local, url: services.url, bus, ...options });
      stage.worker = worker;
      await bus.ensureGroup(stream, WORKERS_GROUP);
      await bus.publish(stream, offer);
      await worker.start();
      return worker;
    },
    outstanding: async () => (await bus.outstanding(stream, WORKERS_GROUP, 10)).length,
    last: () => services.facts.filter(({ type }) => type !== 'WORK_PROGRESSED').at(-1),
    reported: (type) =>
      eventually(() => {
        expect(stage.last()?.type).toBe(type);
        return stage.last();
      }),
    pid: () =>
      eventually(async () => {
        const pid = Number(await readFile(marker, 'utf8'));
        expect(pid).toBeGreaterThan(1);
        return pid;
      }),
    close: async () => {
      await stage.worker?.stop();
      await services.close();
      await bus.close();
      await valkey.close();
      await local.remove();
    },
  };
  return stage;
};
