import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@rig/kernel';
import { createSpoolWriter } from '@rig/spool';
import { eventually } from '@rig/testkit';
import { problem } from '../testing/fake-services.fixture.spec.js';
import { createOneShot } from './one-shot.js';
import { createTestWorker } from '../testing/test-worker.fixture.spec.js';
import {
  brief,
  createStage,
  isGone,
  offer,
  scripts,
  stream,
  type Stage,
} from '../testing/worker-stage.fixture.spec.js';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.close());

describe('an offer on the stream', () => {
  it('becomes a pull request and a report, and only then is acknowledged', async () => {
    await stage.begin({ script: scripts.good });
    const fact = await stage.reported('WORK_COMPLETED');
    expect(fact).toMatchObject({
      subject: 'issue/acme/greeter/7',
      data: { taskId: brief.taskId, fence: 41, pr: 100, summary: 'Adds it.', verdict: null },
    });
    expect(stage.local.pulls).toMatchObject([
      {
        title: 'feat: add slugify',
        headRef: brief.branch,
        baseRef: 'main',
        body: expect.stringContaining('Closes #7'),
      },
    ]);
    await eventually(async () => expect(await stage.outstanding()).toBe(0));
    const steps = stage.services.facts.flatMap((f) => (f.type === 'WORK_PROGRESSED' ? [f.data.step] : []));
    expect(steps).toEqual(['clone', 'agent', 'push', 'pull-request']);
  });

  it('finds the pull request that an earlier attempt opened', async () => {
    await stage.local.forge.createPull('acme/greeter', {
      title: 't',
      body: 'b',
      head: brief.branch,
      base: 'main',
      draft: false,
    });
    await stage.begin({ script: scripts.good });
    expect(await stage.reported('WORK_COMPLETED')).toMatchObject({ data: { pr: 100 } });
    expect(stage.local.pulls).toHaveLength(1);
  });

  it('stays while another attempt runs, and goes when the task is gone', async () => {
    stage.services.start = () => problem(409, 'ATTEMPT_LIVE');
    await stage.begin({ script: scripts.good });
    await eventually(() => expect(stage.services.calls).toContain(`POST /api/tasks/${brief.taskId}/start`));
    expect(await stage.outstanding()).toBe(1);
    stage.services.start = () => problem(410, 'TASK_GONE');
    await eventually(async () => expect(await stage.outstanding()).toBe(0), { withinMs: 15_000 });
    expect(stage.services.facts).toEqual([]);
  });

  it('that lies there twice is worked once, also before the conductor has heard of its end', async () => {
    const starts = () => stage.services.calls.filter((call) => call.endsWith('/start')).length;
    await stage.begin({ script: scripts.good });
    await stage.bus.publish(stream, offer);
    await eventually(() => expect(starts()).toBe(2));
    expect(await stage.reported('WORK_COMPLETED')).toBeDefined();
    expect(stage.worker?.ends).toEqual(['completed']);
    expect(await stage.outstanding()).toBe(1);
  });

  it('that is none goes to the dead list', async () => {
    await stage.begin({ script: scripts.good });
    await stage.bus.publish(stream, { taskId: 'x' });
    await eventually(async () => expect(await stage.bus.deadLists()).toHaveLength(1));
  });
});

describe('a report', () => {
  it('is sent until the gateway has it, and lies on the disk until then', async () => {
    const accept = stage.services.events;
    stage.services.events = () => problem(503, 'DOWN');
    await stage.begin({ script: scripts.good });
    await eventually(() => expect(stage.services.calls).toContain('POST /api/events'));
    await eventually(async () => expect((await stage.spooled()).map(({ type }) => type)).toEqual(['WORK_COMPLETED']));
    expect(await stage.outstanding()).toBe(1);
    stage.services.events = accept;
    await stage.reported('WORK_COMPLETED');
    await eventually(async () => expect(await stage.spooled()).toEqual([]));
  });

  it('that an earlier run could not send is sent at the start', async () => {
    const id = '0197f3a0-0000-7000-8000-000000000009';
    const data = { taskId: brief.taskId, fence: 3, code: 'HANDED_BACK', message: 'm' };
    const head = { source: 's', subject: 'issue/acme/greeter/7', time: '2026-03-01T00:00:00Z' };
    const fact = { id, ...head, actor: { kind: 'agent', id: 'dev-e-1' }, type: 'WORK_FAILED', data };
    const earlier = createSpoolWriter({ folder: stage.reports });
    earlier.append(JSON.stringify(fact));
    earlier.append('{"no":"fact"}');
    stage.services.start = () => problem(410, 'TASK_GONE');
    await stage.begin({ script: scripts.good });
    await eventually(() => expect(stage.services.facts.map((f) => f.id)).toEqual([id]));
    await eventually(async () => expect(await stage.spooled()).toEqual([]));
  });

  it('reaches the gateway also when the disk takes nothing', async () => {
    await writeFile(stage.reports, 'in the way of the folder');
    await stage.begin({ script: scripts.good });
    expect(await stage.reported('WORK_COMPLETED')).toMatchObject({ data: { pr: 100 } });
    await eventually(async () => expect(await stage.outstanding()).toBe(0));
  });

  it('that the gateway refuses leaves the attempt to run out, without working it again', async () => {
    stage.services.events = (facts) => ({
      status: 200,
      body: { results: facts.map(({ id }) => ({ id, status: 'rejected', code: 'FACT_INVALID' })) },
    });
    await stage.begin({ script: scripts.good });
    await eventually(async () => expect(await stage.outstanding()).toBe(0));
    expect(stage.worker?.ends).toEqual(['completed']);
  });
});

describe('a worker that is asked to end', () => {
  it('finishes what it has when there is time', async () => {
    const slow = `${scripts.says(stage.marker)} setTimeout(() => { ${scripts.good} }, 300);`;
    const made = await stage.begin({ script: slow });
    await stage.pid();
    await made.stop();
    expect(stage.last()).toMatchObject({ type: 'WORK_COMPLETED' });
    expect(await stage.outstanding()).toBe(0);
  });

  it('kills the command after the grace and hands the task back', async () => {
    const made = await stage.begin({ script: `${scripts.says(stage.marker)} ${scripts.forever}`, drainMs: 200 });
    const pid = await stage.pid();
    await made.stop();
    expect(stage.last()).toMatchObject({ type: 'WORK_FAILED', data: { code: 'HANDED_BACK' } });
    await isGone(pid);
    await expect(access(join(stage.local.work, 'attempts/dev-e-1-0', `${brief.taskId}-1`))).rejects.toThrow('ENOENT');
  });

  it('takes nothing new', async () => {
    const made = await stage.begin({ script: scripts.good });
    await stage.reported('WORK_COMPLETED');
    await made.stop();
    stage.services.calls.length = 0;
    await stage.bus.publish(stream, offer);
    expect(await made.desk.work(offer, async () => 'held')).toBe('later');
    expect(stage.services.calls).toEqual([]);
  });
});

describe('delivery by HTTP', () => {
  it('asks for work, renews through the conductor, and reports', async () => {
    let given = false;
    stage.services.next = () => (given ? undefined : ((given = true), offer));
    stage.worker = createTestWorker({ local: stage.local, url: stage.services.url, script: scripts.good });
    await stage.worker.start();
    await stage.reported('WORK_COMPLETED');
    expect(stage.services.calls).toContain('GET /api/assignments/next');
    expect(stage.services.calls).toContain(`POST /api/tasks/${brief.taskId}/renew`);
  });

  it('of a lost fence kills the command', async () => {
    stage.services.next = () => offer;
    stage.worker = createTestWorker({
      local: stage.local,
      url: stage.services.url,
      script: `${scripts.says(stage.marker)} ${scripts.forever}`,
    });
    await stage.worker.start();
    const pid = await stage.pid();
    stage.services.next = () => undefined;
    stage.services.renew = () => problem(409, 'FENCE_SUPERSEDED');
    await isGone(pid);
    await eventually(() => expect(stage.worker?.ends).toEqual(['superseded']));
  });

  it('of a one-shot worker ends after its task', async () => {
    const said: string[] = [];
    const oneShot = createOneShot(60_000, systemClock, () => said.push('end'));
    stage.services.next = () => offer;
    stage.worker = createTestWorker({ local: stage.local, url: stage.services.url, script: scripts.good, oneShot });
    await stage.worker.start();
    await eventually(() => expect(said).toEqual(['end']));
    const asked = stage.services.calls.filter((call) => call.includes('/next')).length;
    expect(asked).toBe(1);
  });
});

describe('a one-shot worker', () => {
  it('works one task, ends, and leaves the next on the stream, where KEDA counts it', async () => {
    let ended = 0;
    const oneShot = createOneShot(60_000, systemClock, () => (ended += 1));
    await stage.begin({ script: scripts.good, oneShot });
    await stage.bus.publish(stream, offer);
    await eventually(() => expect(ended).toBe(1));
    await eventually(async () => expect(await stage.bus.groups(stream)).toMatchObject([{ lag: 1, pending: 0 }]));
    await stage.worker?.stop();
    expect(await stage.bus.groups(stream)).toMatchObject([{ lag: 1, pending: 0 }]);
    expect(stage.worker?.ends).toEqual(['completed']);
  });

  it('ends when nothing comes within its wait', async () => {
    let ended = 0;
    const oneShot = createOneShot(50, systemClock, () => (ended += 1));
    stage.worker = createTestWorker({ local: stage.local, url: stage.services.url, script: scripts.good, oneShot });
    await stage.worker.start();
    await eventually(() => expect(ended).toBe(1));
    expect(oneShot.over).toBe(true);
  });

  it('goes on waiting when what came was gone', async () => {
    let ended = 0;
    const oneShot = createOneShot(60_000, systemClock, () => (ended += 1));
    stage.services.start = () => problem(410, 'TASK_GONE');
    await stage.begin({ script: scripts.good, oneShot });
    await eventually(async () => expect(await stage.outstanding()).toBe(0));
    expect([ended, oneShot.over]).toEqual([0, false]);
  });
});
