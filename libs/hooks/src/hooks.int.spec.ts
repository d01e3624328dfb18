import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testHookBundle, type TestHookBundle } from '@rig/testkit';
import {
  CLIENTS,
  applySettings,
  hookStatus,
  installKit,
  planSettings,
  runInstalled,
  settingsFile,
  type ClientName,
  type SettingsPlace,
} from './index.js';

let bundle: TestHookBundle;
let folder: string;
let kit: string;
let home: string;
let user: SettingsPlace;
beforeAll(async () => {
  bundle = await testHookBundle();
  folder = await mkdtemp(join(tmpdir(), 'rig-hooks-'));
  kit = join(folder, 'kit');
  await installKit({ bundle: bundle.folder, kit, policyFile: null });
});
beforeEach(async () => {
  home = await mkdtemp(join(folder, 'home-'));
  user = { scope: 'user', home };
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await bundle.remove();
});

const install = async (clients: readonly ClientName[] = CLIENTS, place = user): Promise<readonly string[]> =>
  applySettings(await planSettings(clients, join(kit, 'rig-guard'), place), place);
const call = (client: ClientName, command: string, settings = settingsFile(client, user)) =>
  runInstalled({ client, settings, command, cwd: home, session: 's', env: { PATH: '/usr/bin:/bin', HOME: home } });
const edit = async (client: ClientName, change: (text: string) => string): Promise<void> => {
  const file = settingsFile(client, user);
  await writeFile(file, change(await readFile(file, 'utf8')));
};

describe('an installation', () => {
  it('writes the settings of every client once, and nothing the second time', async () => {
    expect(await install()).toEqual(CLIENTS.map((client) => settingsFile(client, user)));
    expect(await install()).toEqual([]);
    for (const client of CLIENTS)
      expect(await hookStatus(client, user)).toMatchObject({ state: 'guarded', kit, problems: [] });
  });

  it('of the machine writes below its root', async () => {
    const machine: SettingsPlace = { scope: 'managed', home, root: join(home, 'root') };
    await install(CLIENTS, machine);
    expect(await readFile(join(home, 'root/etc/claude-code/managed-settings.json'), 'utf8')).toContain(kit);
    for (const client of CLIENTS) expect(await hookStatus(client, machine)).toMatchObject({ state: 'guarded' });
  });

  it('changes nothing at all when one of the settings cannot be changed', async () => {
    await mkdir(join(home, '.gemini'));
    await writeFile(join(home, '.gemini/settings.json'), '{"broken": ');
    await expect(install()).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    expect(await readdir(home)).toEqual(['.gemini']);
    expect(await readFile(join(home, '.gemini/settings.json'), 'utf8')).toBe('{"broken": ');
  });

  it('keeps a link, its mode, and leaves no draft', async () => {
    await mkdir(join(home, '.claude'));
    await writeFile(join(home, 'dotfile.json'), '{"model":"x"}', { mode: 0o640 });
    await symlink('../dotfile.json', join(home, '.claude/settings.json'));
    await install(['claude-code']);
    expect((await lstat(join(home, '.claude/settings.json'))).isSymbolicLink()).toBe(true);
    expect(JSON.parse(await readFile(join(home, 'dotfile.json'), 'utf8'))).toMatchObject({ model: 'x', hooks: {} });
    expect((await lstat(join(home, 'dotfile.json'))).mode & 0o777).toBe(0o640);
    expect((await readdir(home)).sort()).toEqual(['.claude', 'dotfile.json']);
  });

  it('is refused for a folder that a shell would not read as it stands', async () => {
    const odd = installKit({ bundle: bundle.folder, kit: join(folder, 'a b'), policyFile: null });
    await expect(odd).rejects.toMatchObject({ code: 'HOOK_PATH_INVALID' });
  });

  it('is refused with a policy that does not parse, and the old one stays', async () => {
    const file = join(folder, 'guard.policy.yaml');
    await writeFile(file, 'rules: 7');
    await expect(installKit({ bundle: bundle.folder, kit, policyFile: file })).rejects.toMatchObject({
      code: 'POLICY_INVALID',
    });
    await install(['claude-code']);
    expect(await hookStatus('claude-code', user)).toMatchObject({ state: 'guarded' });
  });
});

describe.each(CLIENTS)('the hook as %s runs it', (client) => {
  it('blocks what is forbidden, says why, and lets the rest pass', async () => {
    await install([client]);
    expect(await call(client, 'sudo -n true')).toMatchObject({
      blocked: true,
      why: expect.stringContaining('priv.sudo'),
    });
    expect(await call(client, 'true')).toMatchObject({ blocked: false });
  });

  it('is missed where it is not installed', async () => {
    expect(await call(client, 'sudo -n true')).toMatchObject({
      blocked: false,
      why: expect.stringContaining('no settings'),
    });
    expect(await hookStatus(client, user)).toMatchObject({ state: 'absent' });
  });
});

describe('what lets commands run unguarded', () => {
  beforeEach(async () => {
    await install(['claude-code']);
  });

  it.each<[string, (text: string) => string, string]>([
    ['hooks that are switched off', (text) => text.replace('{', '{"disableAllHooks": true,'), 'disableAllHooks'],
    [
      'a pattern of permissions in place of a name',
      (text) => text.replace(/"matcher": "[^"]+"/, '"matcher": "Bash(rm *)"'),
      'no hook',
    ],
    ['another hook alone', (text) => text.replace(/[^"]+rig-guard/, '/usr/bin/true'), 'ended with 0'],
    ['a hook that is not there', (text) => text.replace(/[^"]+rig-guard/, '/nonexistent/rig-guard'), 'ended with 127'],
    ['a hook that exits with 1', (text) => text.replace(/[^"]+rig-guard/, '/usr/bin/false'), 'ended with 1'],
    ['settings that are no JSON', (text) => text.slice(0, -5), 'no JSON'],
  ])('is found: %s', async (_what, change, why) => {
    await edit('claude-code', change);
    const end = await call('claude-code', 'sudo -n true');
    expect(end).toMatchObject({ blocked: false, why: expect.stringContaining(why) });
    expect((await hookStatus('claude-code', user)).state).not.toBe('guarded');
  });

  it('is found in the hook itself: files that anybody may change, and files that are gone', async () => {
    await chmod(join(kit, 'rig-guard'), 0o577);
    expect(await hookStatus('claude-code', user)).toMatchObject({
      state: 'faulty',
      problems: [expect.stringContaining('changed by others')],
    });
    await rm(join(kit, 'start.cjs'));
    expect((await hookStatus('claude-code', user)).problems.join()).toContain('start.cjs is missing');
    await installKit({ bundle: bundle.folder, kit, policyFile: null, onlyIfChanged: true });
    expect(await hookStatus('claude-code', user)).toMatchObject({ state: 'guarded' });
  });
});

describe('an installation that is repeated', () => {
  it('touches nothing where everything is as it would be made', async () => {
    const times = async (): Promise<number[]> =>
      Promise.all((await readdir(kit)).sort().map(async (name) => (await lstat(join(kit, name))).ino));
    const before = await times();
    await installKit({ bundle: bundle.folder, kit, policyFile: null, onlyIfChanged: true });
    expect(await times()).toEqual(before);
  });
});
