import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPlaces } from './place.js';

// By the command line that people and scripts use; needs the build.
let workspace = '';
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'rig-guard-'));
  await mkdir(join(workspace, '.git'));
  await mkdir(join(workspace, 'deep'));
  await writeFile(join(workspace, 'wipe.sh'), 'git push --force\n');
  await writeFile(join(workspace, 'build.sh'), 'rm -rf dist\n');
  await writeFile(join(workspace, 'guard.policy.yaml'), 'protectedPaths: [migrations/**]\n');
  await symlink('/dev/zero', join(workspace, 'endless.sh'));
});
afterAll(() => rm(workspace, { recursive: true, force: true }));

const main = resolve('apps/cli/dist/main.js');

const rig = async (args: readonly string[], input = '', env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [main, 'guard', ...args], {
    cwd: workspace,
    env: { ...process.env, NODE_OPTIONS: '', RIG_WORKSPACE: undefined, RIG_CONFIG_DIR: undefined, ...env },
  });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, out, err };
};

describe('rig guard check', () => {
  it.each([
    ['git status', 0],
    ['git push --force', 2],
    ['bash build.sh', 0],
    ['bash wipe.sh', 2],
    ['./endless.sh', 0],
  ])('ends for %j with %d, scripts of the workspace read with it', async (command, code) => {
    expect((await rig(['check', command])).code).toBe(code);
  });

  it('takes the workspace from what is named, from RIG_WORKSPACE, and else from the repository', async () => {
    const command = 'rm -rf /code/mine/dist';
    expect((await rig(['check', command])).code).toBe(2);
    expect((await rig(['check', command, '--workspace', '/code/mine'])).code).toBe(0);
    expect((await rig(['check', command, '--cwd', '/code/mine'])).code).toBe(0);
    expect((await rig(['check', command], '', { RIG_WORKSPACE: '/code/mine' })).code).toBe(0);
    expect(createPlaces({}, join(workspace, 'deep'))({})).toMatchObject({ cwd: join(workspace, 'deep'), workspace });
  });

  it('reads a command of several lines from standard input', async () => {
    expect((await rig(['check', '-'], 'cat <<EOF\nrm -rf /\nEOF\n')).code).toBe(0);
    expect((await rig(['check', '-'], 'bash <<EOF\nrm -rf /\nEOF\n')).code).toBe(2);
  });

  it('holds to a policy, and lets nothing through when it cannot be read', async () => {
    const policy = ['--policy', 'guard.policy.yaml'];
    expect((await rig(['check', 'rm migrations/1.sql'])).code).toBe(0);
    expect((await rig(['check', 'rm migrations/1.sql', ...policy])).code).toBe(2);
    expect((await rig(['check', 'rm migrations/1.sql'], '', { RIG_CONFIG_DIR: workspace })).code).toBe(2);
    expect(await rig(['check', 'ls', '--policy', 'nowhere.yaml'])).toMatchObject({ code: 2, out: '' });
    expect((await rig(['check'])).code).toBe(2);
  });

  it('tells machines the whole decision', async () => {
    const { out } = await rig(['check', 'sudo ls', '--json']);
    expect(JSON.parse(out)).toMatchObject({ decision: 'block', rule: 'priv.sudo', policyHash: 'built-in' });
  });

  it('answers ten thousand lines in order, in seconds', async () => {
    const questions = Array.from({ length: 10_000 }, (_, n) => ({ cmd: n % 3 === 0 ? `sudo echo ${n}` : `echo ${n}` }));
    const began = Date.now();
    const { code, out } = await rig(['check', '--jsonl'], questions.map((one) => `${JSON.stringify(one)}\n`).join(''));
    expect(Date.now() - began).toBeLessThan(20_000);
    const answers = out.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(answers).toHaveLength(questions.length);
    expect(answers.every((line, n) => line.includes('"block"') === (n % 3 === 0))).toBe(true);
  });

  it('answers a line that it cannot read with a block, and goes on', async () => {
    const { code, out } = await rig(['check', '--jsonl'], 'nonsense\n{"cmd":"ls"}\n');
    const answers = out
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect([code, ...answers]).toEqual([
      0,
      { decision: 'block', rule: 'guard.unparseable', error: 'not JSON' },
      { decision: 'allow' },
    ]);
  });
});

describe('rig guard explain and corpus', () => {
  it('does not pass over a command that stands beside --jsonl', async () => {
    const { code, err } = await rig(['check', '--jsonl', 'rm -rf /']);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('standard input') });
  });

  it('names the file and the case that a corpus is wrong in', async () => {
    const file = join(workspace, 'mine.yaml');
    for (const [text, said] of [
      ['- {cmd: ls, class: a}\n- {cmd: 5, class: a}\n', 'case 2, cmd'],
      ['- cmd: [', 'line 1'],
    ] as const) {
      await writeFile(file, text);
      expect(await rig(['corpus', '--file', file])).toMatchObject({ code: 2, err: expect.stringContaining(said) });
    }
  });

  it('explains', async () => {
    const { code, out } = await rig(['explain', 'bash -c "sudo ls"', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ chain: ['bash -c'], decision: { rule: 'priv.sudo' } });
  });

  it('runs the published corpora without a miss, and shows what is wrong in another', async () => {
    expect(await rig(['corpus'])).toMatchObject({ code: 0, err: '' });
    await writeFile(join(workspace, 'mine.yaml'), '- { cmd: sudo ls, class: mine }\n- { cmd: ls, class: mine }\n');
    const { code, out } = await rig(['corpus', '--file', 'mine.yaml']);
    expect([code, out]).toEqual([1, expect.stringContaining('1 of 2 cases decided wrongly')]);
  });
});
