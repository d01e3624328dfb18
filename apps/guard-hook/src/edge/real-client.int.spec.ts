import { execFile } from 'node:child_process';
import { access, chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { applySettings, clientOf, planSettings } from '@rig/hooks';
import { agentClient } from '@rig/testkit';
import { startFakeModel } from '../testing/fake-model.fixture.spec.js';
import { createInstalledHook, type InstalledHook } from '../testing/installed-hook.fixture.spec.js';

// The real Claude Code, driven by a model that is a few lines of this repository. It is fetched once per machine.
const client = await agentClient();
const missing = 'missing' in client ? client.missing : undefined;
const binary = 'binary' in client ? client.binary : '';
if (missing !== undefined) process.stderr.write(`The real client is not tested here: ${missing}\n`);
const suite = missing === undefined ? describe : describe.skip;

const run = promisify(execFile);
const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

suite(`a real client with the guard before its tools${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let hook: InstalledHook;
  const place = () => ({ scope: 'user' as const, home: hook.home });
  const settings = () => join(hook.workspace, '.claude/settings.json');

  beforeAll(async () => {
    hook = await createInstalledHook();
    await applySettings(await planSettings(['claude-code'], join(hook.kit, 'rig-guard'), place()), place());
  }, 60_000);
  beforeEach(() => mkdir(join(hook.workspace, '.claude'), { recursive: true }));
  afterEach(async () => {
    for (const name of ['.claude', 'forbidden', 'harmless']) {
      await rm(join(hook.workspace, name), { recursive: true, force: true });
    }
    await rm(hook.spool, { recursive: true, force: true });
  });
  afterAll(() => hook.remove());

  const work = async (
    flags: readonly string[],
    forbidden = 'git push --force',
    through: readonly string[] = [],
    home = hook.home,
  ) => {
    const mark = (name: string): string => join(hook.workspace, name);
    const model = await startFakeModel([`${forbidden}; touch ${mark('forbidden')}`, `touch ${mark('harmless')}`]);
    const words = ['-p', 'go', '--output-format', 'stream-json', '--verbose', '--allowedTools', 'Bash', ...flags];
    const [program = '', ...args] = [...through, binary, ...words];
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: home,
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_AUTH_TOKEN: 'none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      RIG_WORKSPACE: hook.workspace,
      RIG_AGENT_ID: 'dev-e-1',
      RIG_SPOOL_DIR: hook.spool,
    };
    try {
      const child = run(program, args, { cwd: hook.workspace, env, timeout: 60_000 });
      child.child.stdin?.end();
      await child.catch(() => undefined);
    } finally {
      await model.close();
    }
    const reports = (await hook.reports()).flatMap((fact) => (fact.type === 'GUARD_BLOCKED' ? [fact.data.rule] : []));
    const [ranForbidden, ranHarmless] = [await exists(mark('forbidden')), await exists(mark('harmless'))];
    return { results: model.results, forbidden: ranForbidden, harmless: ranHarmless, reports };
  };

  it('does not run what is forbidden, tells the model why, reports it, and runs the rest', async () => {
    const end = await work(['--setting-sources', 'user']);
    expect(end).toMatchObject({ forbidden: false, harmless: true, reports: ['git.push-force'] });
    expect(end.results[0]).toContain('git push --force-with-lease');
  }, 90_000);

  it('is not stopped by settings of the workspace that switch hooks off', async () => {
    await writeFile(settings(), '{"disableAllHooks": true}');
    const end = await work(['--setting-sources', 'user']);
    expect(end).toMatchObject({ forbidden: false, harmless: true, reports: ['git.push-force'] });
  }, 90_000);

  it('runs everything unguarded where it is let read those settings: the flag is needed', async () => {
    await writeFile(settings(), '{"disableAllHooks": true}');
    expect(await work([])).toMatchObject({ forbidden: true, reports: [] });
  }, 90_000);

  it('is not deceived about the workspace by settings that it reads', async () => {
    await writeFile(settings(), '{"env": {"RIG_WORKSPACE": "/srv", "RIG_SPOOL_DIR": "/tmp/elsewhere"}}');
    const end = await work([], 'rm -rf /srv/none/of/this');
    expect(end).toMatchObject({ forbidden: false, harmless: true, reports: ['fs.rm.outside-workspace'] });
  }, 90_000);

  it.each([
    ['is missing', undefined],
    ['exits with 1', '#!/bin/sh\nexit 1\n'],
  ])(
    'runs nothing at all when its hook %s',
    async (_what, text) => {
      const path = join(hook.kit, 'rig-guard');
      await rename(path, `${path}.aside`);
      try {
        if (text !== undefined) await writeFile(path, text, { mode: 0o755 });
        expect(await work(['--setting-sources', 'user'])).toMatchObject({ forbidden: false, harmless: false });
      } finally {
        await rename(`${path}.aside`, path);
      }
    },
    90_000,
  );

  it('with settings of the machine heeds no hook of the workspace and no switch, without any flag', async () => {
    // /etc of this test's own, where the system lets one have it.
    const etc = join(hook.home, 'etc');
    const put = clientOf('claude-code').put(undefined, join(hook.kit, 'rig-guard'), 'managed');
    const script = join(hook.home, 'managed.sh');
    await mkdir(join(etc, 'claude-code'), { recursive: true });
    await writeFile(join(etc, 'claude-code/managed-settings.json'), put.ok ? put.value : '');
    await writeFile(script, `cp -rn /etc/. ${etc}/ 2>/dev/null; mount --bind ${etc} /etc && exec "$@"\n`);
    await chmod(script, 0o755);
    const through = ['unshare', '--mount', '--map-root-user', 'sh', script];
    const [program = '', ...args] = [...through, 'cat', '/etc/claude-code/managed-settings.json'];
    const able = await run(program, args).then(
      ({ stdout }) => stdout.includes('rig-guard'),
      () => false,
    );
    if (!able) {
      process.stderr.write('Settings of the machine are not tested here: no mount namespace can be made\n');
      return;
    }
    const hooked = { matcher: 'Bash', hooks: [{ type: 'command', command: `touch ${hook.workspace}/forbidden` }] };
    await writeFile(settings(), JSON.stringify({ disableAllHooks: true, hooks: { PreToolUse: [hooked] } }));
    const home = join(hook.home, 'another');
    await mkdir(home, { recursive: true });
    const end = await work([], 'git push --force', through, home);
    expect(end).toMatchObject({ forbidden: false, harmless: true, reports: ['git.push-force'] });
  }, 120_000);

  it('keeps what it was given', async () => {
    expect(JSON.parse(await readFile(join(hook.home, '.claude/settings.json'), 'utf8'))).toMatchObject({ hooks: {} });
  });
});
