import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leaseKey } from '@rig/contracts';
import { eventually } from '@rig/testkit';
import { problem } from '../testing/fake-services.fixture.spec.js';
import { brief, createStage, isGone, scripts, type Stage } from '../testing/worker-stage.fixture.spec.js';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.close());

describe('an attempt', () => {
  it.each([
    ['AGENT_EXITED', `console.error('boom'); process.exit(3)`],
    ['AGENT_FAILED', `${scripts.writes({ outcome: 'failed', message: 'unknown function' })} process.exit(1)`],
    ['RESULT_INVALID', `${scripts.writes({ outcome: 'done' })}`],
    ['RESULT_INVALID', `void 0`],
    ['NOTHING_CHANGED', scripts.idle],
  ])('fails with %s', async (code, script) => {
    await stage.begin({ script });
    expect(await stage.reported('WORK_FAILED')).toMatchObject({ data: { code, fence: 41 } });
    await eventually(async () => expect(await stage.outstanding()).toBe(0));
  });

  it('that runs too long is ended, its children with it', async () => {
    const child = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(`${scripts.says(stage.marker)} ${scripts.forever}`)}]);`;
    const stubborn = `process.on('SIGTERM', () => {}); ${child} setInterval(() => {}, 1000);`;
    await stage.begin({ script: stubborn, timeoutMs: 1_000 });
    const pid = await stage.pid();
    expect(await stage.reported('WORK_FAILED')).toMatchObject({ data: { code: 'AGENT_TIMED_OUT' } });
    await isGone(pid);
  });

  it('tells the command its task, and none of the secrets', async () => {
    const seen = join(stage.local.folder, 'seen.json');
    const tell = `fs.writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ env: process.env, cwd: process.cwd(), guarded: fs.readFileSync(process.env.HOME + '/.claude/settings.json', 'utf8'), task: JSON.parse(fs.readFileSync(process.env.RIG_TASK_FILE)) }));`;
    await stage.begin({ script: `${tell} ${scripts.good}` });
    await stage.reported('WORK_COMPLETED');
    const text = await readFile(seen, 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      task: { taskId: brief.taskId, startSha: expect.any(String), diffBase: expect.any(String), threads: [] },
      env: {
        GIT_AUTHOR_NAME: 'dev-e-1',
        RIG_WORKSPACE: expect.stringMatching(/\/tree$/),
        RIG_SCRATCH_DIR: expect.stringMatching(/\/scratch$/),
        RIG_AGENT_ID: 'dev-e-1',
        RIG_TASK_ID: brief.taskId,
        RIG_FENCE: '41',
        RIG_SPOOL_DIR: expect.any(String),
      },
      guarded: expect.stringContaining('/opt/rig/guard/rig-guard'),
    });
    expect(text).not.toMatch(/ghs_secret|GITHUB_TOKEN|VALKEY/);
  });

  it('whose lease is lost is killed at once, and its result discarded', async () => {
    await stage.begin({ script: `${scripts.says(stage.marker)} ${scripts.forever}` });
    const pid = await stage.pid();
    stage.services.start = () => problem(410, 'TASK_GONE');
    stage.services.renew = () => problem(409, 'FENCE_SUPERSEDED');
    // A newer fence takes the lease: what another worker's attempt does.
    const key = leaseKey(brief.taskId, brief.agent);
    expect(await stage.bus.renewLease({ key, fence: 60, owner: 'dev-e-1-1/x', ttlMs: 30_000 })).toBe(true);
    await isGone(pid);
    await eventually(() => expect(stage.worker?.ends).toEqual(['superseded']));
    expect(stage.last()).toBeUndefined();
    expect(stage.local.pulls).toEqual([]);
  });

  it('goes on when only the bus forgot it and the conductor says that the fence is current', async () => {
    await stage.begin({ script: `${scripts.says(stage.marker)} ${scripts.forever}`, drainMs: 0 });
    const pid = await stage.pid();
    await stage.bus.renewLease({ key: leaseKey(brief.taskId, brief.agent), fence: 60, owner: 'x/y', ttlMs: 30_000 });
    await eventually(() =>
      expect(stage.services.calls.filter((call) => call.endsWith('/renew')).length).toBeGreaterThan(2),
    );
    expect(process.kill(pid, 0)).toBe(true);
  });

  it('waits for a conductor that is started anew when it needs a token', async () => {
    let asked = 0;
    stage.services.token = () =>
      (asked += 1) <= 4 ? problem(503, 'DATABASE_UNAVAILABLE') : { status: 200, body: stage.local.token };
    await stage.begin({ script: scripts.good });
    expect(await stage.reported('WORK_COMPLETED')).toMatchObject({ data: { fence: brief.fence } });
  });

  it('whose fence is superseded at the token pushes nothing', async () => {
    let asked = 0;
    stage.services.token = () =>
      ++asked === 1 ? { status: 200, body: stage.local.token } : problem(409, 'FENCE_SUPERSEDED');
    stage.services.start = () => (asked === 0 ? { status: 200, body: brief } : problem(410, 'TASK_GONE'));
    await stage.begin({ script: scripts.good });
    await eventually(() => expect(stage.worker?.ends).toEqual(['superseded']));
    expect(await stage.local.bare('branch', '--list', 'rig/*')).toBe('');
    expect(stage.last()).toBeUndefined();
  });
});
