import { access, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WORKERS_GROUP, tasksStream, type Offer } from '@rig/contracts';
import { silentLogger } from '@rig/kernel';
import { createValkeyStreamBus, type StreamBus } from '@rig/stream-bus';
import { eventually, testValkey, type TestValkey } from '@rig/testkit';
import { problem, startFakeServices, type FakeServices } from '../testing/fake-services.js';
import { briefOf, createLocalForge, type LocalForge } from '../testing/local-forge.js';
import { createTestWorker, type TestWorker, type TestWorkerOptions } from '../testing/test-worker.js';

const template = join(dirname(fileURLToPath(import.meta.url)), '../../../cli/templates/greeter');
const stream = tasksStream('dev-e-1');
const brief = briefOf({ leaseMs: 300 });
const offer: Offer = {
  taskId: brief.taskId,
  kind: 'implement',
  position: 40,
  repo: brief.repo,
  issue: 7,
  pr: null,
  title: 'Add slugify(text)',
  tier: 'T1',
};
const result = { outcome: 'done', title: 'feat: add slugify', summary: 'Adds it.', testPlan: 'npm test' };

const fs = `const fs = require('node:fs');`;
const writes = (text: unknown): string =>
  `fs.writeFileSync(process.env.RIG_RESULT_FILE, ${JSON.stringify(JSON.stringify(text))});`;
const GOOD = `${fs} fs.writeFileSync('src/slugify.js', 'x'); ${writes(result)}`;
/** Says by a file that it runs, and then never ends by itself. */
const hangs = (marker: string): string =>
  `${fs} fs.writeFileSync(${JSON.stringify(marker)}, String(process.pid)); setInterval(() => {}, 1000);`;

let valkey: TestValkey;
let bus: StreamBus;
let local: LocalForge;
let services: FakeServices;
let worker: TestWorker | undefined;

beforeEach(async () => {
  valkey = await testValkey();
  bus = createValkeyStreamBus({ url: valkey.url, logger: silentLogger, connectionName: 'test' });
  local = await createLocalForge(template);
  await mkdir(local.work);
  services = await startFakeServices(brief, local.token);
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await services.close();
  await bus.close();
  await valkey.close();
  await local.remove();
});

const begin = async (options: Partial<TestWorkerOptions> & { script: string }): Promise<TestWorker> => {
  worker = createTestWorker({ local, url: services.url, bus, ...options });
  await bus.ensureGroup(stream, WORKERS_GROUP);
  await bus.publish(stream, offer);
  await worker.start();
  return worker;
};

const outstanding = async (): Promise<number> => (await bus.outstanding(stream, WORKERS_GROUP, 10)).length;
const last = () => services.facts.filter(({ type }) => type !== 'WORK_PROGRESSED').at(-1);
const reported = (type: string) =>
  eventually(() => {
    const fact = last();
    expect(fact?.type).toBe(type);
    return fact;
  });
const marker = (): string => join(local.folder, 'runs');
const pidOf = () => eventually(async () => Number(await readFile(marker(), 'utf8')));
const isGone = (pid: number): Promise<unknown> => eventually(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));

describe('an offer on the stream', () => {
  it('becomes a pull request and a report, and only then is acknowledged', async () => {
    await begin({ script: GOOD });
    const fact = await reported('WORK_COMPLETED');
    expect(fact).toMatchObject({
      subject: 'issue/acme/greeter/7',
      data: { taskId: brief.taskId, fence: 41, pr: 100, summary: 'Adds it.', verdict: null },
    });
    expect(local.pulls).toMatchObject([
      {
        title: 'feat: add slugify',
        headRef: brief.branch,
        baseRef: 'main',
        body: expect.stringContaining('Closes #7'),
      },
    ]);
    await eventually(async () => expect(await outstanding()).toBe(0));
    const steps = services.facts.flatMap((f) => (f.type === 'WORK_PROGRESSED' ? [f.data.step] : []));
    expect(steps).toEqual(['clone', 'agent', 'push', 'pull-request']);
  });

  it('finds the pull request that an earlier attempt opened', async () => {
    await local.forge.createPull('acme/greeter', {
      title: 't',
      body: 'b',
      head: brief.branch,
      base: 'main',
      draft: false,
    });
    await begin({ script: GOOD });
    expect(await reported('WORK_COMPLETED')).toMatchObject({ data: { pr: 100 } });
    expect(local.pulls).toHaveLength(1);
  });

  it('stays while another attempt runs, and goes when the task is gone', async () => {
    services.start = () => problem(409, 'ATTEMPT_LIVE');
    await begin({ script: GOOD });
    await eventually(() => expect(services.calls).toContain(`POST /api/tasks/${brief.taskId}/start`));
    expect(await outstanding()).toBe(1);
    services.start = () => problem(410, 'TASK_GONE');
    await eventually(async () => expect(await outstanding()).toBe(0), { withinMs: 15_000 });
    expect(services.facts).toEqual([]);
  });

  it('that is none goes to the dead list', async () => {
    await begin({ script: GOOD });
    await bus.publish(stream, { taskId: 'x' });
    await eventually(async () => expect(await bus.deadLists()).toHaveLength(1));
  });
});

describe('an attempt', () => {
  it.each([
    ['AGENT_EXITED', `console.error('boom'); process.exit(3)`],
    ['AGENT_FAILED', `${fs} ${writes({ outcome: 'failed', message: 'unknown function' })} process.exit(1)`],
    ['RESULT_INVALID', `${fs} ${writes({ outcome: 'done' })}`],
    ['RESULT_INVALID', `void 0`],
    ['NOTHING_CHANGED', `${fs} ${writes(result)}`],
  ])('fails with %s', async (code, script) => {
    await begin({ script });
    expect(await reported('WORK_FAILED')).toMatchObject({ data: { code, fence: 41 } });
    await eventually(async () => expect(await outstanding()).toBe(0));
  });

  it('that runs too long is ended, its children with it', async () => {
    const child = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(hangs(marker()))}]);`;
    const stubborn = `process.on('SIGTERM', () => {}); ${child} setInterval(() => {}, 1000);`;
    await begin({ script: stubborn, timeoutMs: 1_000 });
    const pid = await pidOf();
    expect(await reported('WORK_FAILED')).toMatchObject({ data: { code: 'AGENT_TIMED_OUT' } });
    await isGone(pid);
  });

  it('tells the command its task, and none of the secrets', async () => {
    const seen = join(local.folder, 'seen.json');
    const tell = `${fs} fs.writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ env: process.env, cwd: process.cwd(), task: JSON.parse(fs.readFileSync(process.env.RIG_TASK_FILE)) }));`;
    await begin({ script: `${tell} ${GOOD}` });
    await reported('WORK_COMPLETED');
    const text = await readFile(seen, 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      task: { taskId: brief.taskId, startSha: expect.any(String), diffBase: expect.any(String), threads: [] },
      env: { GIT_AUTHOR_NAME: 'dev-e-1' },
    });
    expect(text).not.toMatch(/ghs_secret|GITHUB_TOKEN|VALKEY/);
  });

  it('whose lease is lost is killed at once, and its result discarded', async () => {
    await begin({ script: hangs(marker()) });
    const pid = await pidOf();
    services.start = () => problem(410, 'TASK_GONE');
    services.renew = () => problem(409, 'FENCE_SUPERSEDED');
    // A newer fence takes the lease: what another worker's attempt does.
    const key = `rig:lease:${brief.taskId}`;
    expect(await bus.renewLease({ key, fence: 60, owner: 'dev-e-1-1/x', ttlMs: 30_000 })).toBe(true);
    await isGone(pid);
    await eventually(() => expect(worker?.ends).toEqual(['superseded']));
    expect(last()).toBeUndefined();
    expect(local.pulls).toEqual([]);
  });

  it('goes on when only the bus forgot it and the conductor says that the fence is current', async () => {
    await begin({ script: hangs(marker()), drainMs: 0 });
    const pid = await pidOf();
    await bus.renewLease({ key: `rig:lease:${brief.taskId}`, fence: 60, owner: 'x/y', ttlMs: 30_000 });
    await eventually(() => expect(services.calls.filter((call) => call.endsWith('/renew')).length).toBeGreaterThan(2));
    expect(process.kill(pid, 0)).toBe(true);
  });

  it('whose fence is superseded at the token pushes nothing', async () => {
    let asked = 0;
    services.token = () => (++asked === 1 ? { status: 200, body: local.token } : problem(409, 'FENCE_SUPERSEDED'));
    services.start = () => (asked === 0 ? { status: 200, body: brief } : problem(410, 'TASK_GONE'));
    await begin({ script: GOOD });
    await eventually(() => expect(worker?.ends).toEqual(['superseded']));
    expect(await local.bare('branch', '--list', 'rig/*')).toBe('');
    expect(last()).toBeUndefined();
  });
});

describe('a report', () => {
  it('is sent until the gateway has it, and lies on the disk until then', async () => {
    const accept = services.events;
    services.events = () => problem(503, 'DOWN');
    await begin({ script: GOOD });
    const spool = join(local.work, 'spool/dev-e-1-0');
    await eventually(async () => expect(await readdir(spool)).toHaveLength(1));
    expect(await outstanding()).toBe(1);
    services.events = accept;
    await reported('WORK_COMPLETED');
    await eventually(async () => expect(await readdir(spool)).toEqual([]));
  });

  it('that an earlier run could not send is sent at the start', async () => {
    const spool = join(local.work, 'spool/dev-e-1-0');
    await mkdir(spool, { recursive: true });
    const id = '0197f3a0-0000-7000-8000-000000000009';
    const data = { taskId: brief.taskId, fence: 3, code: 'HANDED_BACK', message: 'm' };
    const head = { source: 's', subject: 'issue/acme/greeter/7', time: '2026-03-01T00:00:00Z' };
    const fact = { id, ...head, actor: { kind: 'agent', id: 'dev-e-1' }, type: 'WORK_FAILED', data };
    await writeFile(join(spool, `${id}.json`), JSON.stringify(fact));
    await writeFile(join(spool, 'cut.json'), '{"id":');
    services.start = () => problem(410, 'TASK_GONE');
    await begin({ script: GOOD });
    await eventually(() => expect(services.facts.map((f) => f.id)).toEqual([id]));
    await eventually(async () => expect(await readdir(spool)).toEqual([]));
  });

  it('that the gateway refuses leaves the attempt to run out, without working it again', async () => {
    services.events = (facts) => ({
      status: 200,
      body: { results: facts.map(({ id }) => ({ id, status: 'rejected', code: 'FACT_INVALID' })) },
    });
    await begin({ script: GOOD });
    await eventually(async () => expect(await outstanding()).toBe(0));
    expect(worker?.ends).toEqual(['completed']);
  });
});

describe('a worker that is asked to end', () => {
  it('finishes what it has when there is time', async () => {
    const slow = `${fs} fs.writeFileSync(${JSON.stringify(marker())}, String(process.pid)); setTimeout(() => { ${GOOD.replace(fs, '')} }, 300);`;
    const made = await begin({ script: slow });
    await pidOf();
    await made.stop();
    expect(last()).toMatchObject({ type: 'WORK_COMPLETED' });
    expect(await outstanding()).toBe(0);
  });

  it('kills the command after the grace and hands the task back', async () => {
    const made = await begin({ script: hangs(marker()), drainMs: 200 });
    const pid = await pidOf();
    await made.stop();
    expect(last()).toMatchObject({ type: 'WORK_FAILED', data: { code: 'HANDED_BACK' } });
    await isGone(pid);
    await expect(access(join(local.work, 'attempts/dev-e-1-0', `${brief.taskId}-1`))).rejects.toThrow('ENOENT');
  });

  it('takes nothing new', async () => {
    const made = await begin({ script: GOOD });
    await reported('WORK_COMPLETED');
    await made.stop();
    services.calls.length = 0;
    await bus.publish(stream, offer);
    expect(await made.desk.work(offer, async () => 'held')).toBe('later');
    expect(services.calls).toEqual([]);
  });
});

describe('delivery by HTTP', () => {
  it('asks for work, renews through the conductor, and reports', async () => {
    let given = false;
    services.next = () => (given ? undefined : ((given = true), offer));
    worker = createTestWorker({ local, url: services.url, script: GOOD });
    await worker.start();
    await reported('WORK_COMPLETED');
    expect(services.calls).toContain('GET /api/assignments/next');
    expect(services.calls).toContain(`POST /api/tasks/${brief.taskId}/renew`);
  });

  it('of a lost fence kills the command', async () => {
    services.next = () => offer;
    worker = createTestWorker({ local, url: services.url, script: hangs(marker()) });
    await worker.start();
    const pid = await pidOf();
    services.next = () => undefined;
    services.renew = () => problem(409, 'FENCE_SUPERSEDED');
    await isGone(pid);
    await eventually(() => expect(worker?.ends).toEqual(['superseded']));
  });

  it('of a one-shot worker ends after its task', async () => {
    const said: string[] = [];
    const oneShot = { busy: () => undefined, idle: () => undefined, done: () => void said.push('done') };
    services.next = () => (said.length === 0 ? offer : undefined);
    worker = createTestWorker({ local, url: services.url, script: GOOD, oneShot });
    await worker.start();
    await eventually(() => expect(said).toEqual(['done']));
  });
});
