import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

// By the command line that people and images use; needs the build.
const main = resolve('apps/cli/dist/main.js');
let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rig-hooks-cli-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const rig = async (args: readonly string[], env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home, RIG_HOME: join(home, '.rig'), ...env },
  });
  child.stdin.end();
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, out, err };
};
const install = (...more: string[]) => rig(['hooks', 'install', '--user', ...more]);

describe('rig hooks install', () => {
  it('shows what it would write, and writes nothing', async () => {
    for (const flag of ['--print', '--dry-run']) {
      const { code, out } = await install(flag);
      expect({ code, said: out.includes('"onFailure": "block"') }).toEqual({ code: 0, said: true });
    }
    expect(await readdir(home)).toEqual([]);
  });

  it('installs, says what else there is to do, and is seen by status', async () => {
    expect((await rig(['hooks', 'status'])).code).toBe(1);
    const { code, out } = await install('--client', 'all');
    expect(code).toBe(0);
    expect(out).toContain('--setting-sources user');
    const status = await rig(['hooks', 'status', '--json']);
    expect(status.code).toBe(0);
    const { hooks } = JSON.parse(status.out) as { hooks: { scope: string; state: string }[] };
    expect(hooks.filter(({ scope }) => scope === 'user').map(({ state }) => state)).toEqual([
      'guarded',
      'guarded',
      'guarded',
    ]);
    const settings = await readFile(join(home, '.claude/settings.json'), 'utf8');
    await install('--client', 'all');
    expect(await readFile(join(home, '.claude/settings.json'), 'utf8')).toBe(settings);
  });

  it('tells machines the same as JSON', async () => {
    await writeFile(join(home, 'p.yaml'), 'protectedHosts: [db.invalid]\n');
    const { out } = await install('--json', '--policy', 'p.yaml', '--kit', join(home, 'kit'));
    expect(JSON.parse(out)).toMatchObject({
      kit: join(home, 'kit'),
      command: join(home, 'kit/rig-guard'),
      policyFile: join(home, 'p.yaml'),
      policyHash: expect.any(String),
      files: [{ client: 'claude-code', file: join(home, '.claude/settings.json'), changed: true }],
    });
  });

  it.each([
    [['--client', 'cursor'], 2, 'claude-code'],
    [['--managed'], 2, 'both'],
    [['--policy', 'none.yaml'], 1, 'cannot be read'],
    [['--kit', '/tmp/a b'], 1, 'a shell'],
    [['--node', '/bin/true'], 1, 'no Node 24'],
  ])('refuses %j and changes nothing', async (more, code, why) => {
    const ended = await install(...more);
    expect(ended).toMatchObject({ code, err: expect.stringContaining(why) });
    expect(await readdir(home)).toEqual([]);
  });
});

describe('rig guard canary', () => {
  let server: Server;
  let facts: { id: string; data: { canary: boolean } }[] = [];
  let applied = true;
  const env = (): Record<string, string> => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const file = join(home, 'enrolment');
    return { RIG_AGENT_ID: 'dev-e-1', RIG_CONDUCTOR_URL: url, RIG_GATEWAY_URL: url, RIG_ENROLMENT_TOKEN_FILE: file };
  };

  beforeEach(async () => {
    facts = [];
    applied = true;
    await writeFile(join(home, 'enrolment'), 'secret');
    server = createServer((request, response) => {
      const { url = '' } = request;
      const answer = async (): Promise<unknown> => {
        if (url === '/api/agent-tokens') return { token: 't', expiresAt: '2099-01-01T00:00:00Z' };
        if (url !== '/api/events')
          return { id: url.split('/').at(-1), status: applied ? 'applied' : 'refused', reason: null };
        const sent = (await json(request)) as typeof facts;
        facts.push(...sent);
        return { results: sent.map(({ id }) => ({ id, status: 'accepted' })) };
      };
      void answer().then((body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  it('passes when the installed hook blocks and the store has the event', async () => {
    await install();
    const settings = join(home, '.claude/settings.json');
    const { code, out } = await rig(['guard', 'canary', '--settings', settings, '--json'], env());
    expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 0, ok: true, agent: 'dev-e-1', settings });
    expect(facts).toMatchObject([{ data: { canary: true, command: 'sudo -n true' } }]);
  });

  it('fails without a hook, and says what to do', async () => {
    const settings = join(home, '.claude/settings.json');
    const { code, err } = await rig(['guard', 'canary', '--settings', settings], env());
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('rig hooks install') });
  });

  it('fails when the store does not have the event', async () => {
    applied = false;
    await install();
    const { code, err } = await rig(['guard', 'canary', '--settings', join(home, '.claude/settings.json')], env());
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('not recorded') });
  });

  it('says that nobody would hear of it where no system runs', async () => {
    const { code, err } = await rig(['guard', 'canary']);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('no system runs') });
  });
});
