import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGit, gitEnvironment, parseAuthorResult, parseReviewerResult } from '../index.js';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rig-git-'));
});
afterAll(async () => {
  await rm(cwd, { recursive: true, force: true });
});

describe('git', () => {
  it('never puts a token into a name or an argument', () => {
    const env = gitEnvironment(
      { PATH: '/bin', GITHUB_TOKEN: 'other', GIT_DIR: '/elsewhere' },
      { url: 'http://127.0.0.1:9/acme/greeter.git', token: 'secret' },
    );
    expect(env['GIT_CONFIG_KEY_0']).toBe('http.http://127.0.0.1:9/.extraHeader');
    expect(env['GIT_CONFIG_VALUE_0']).toBe(
      `Authorization: Basic ${Buffer.from('x-access-token:secret').toString('base64')}`,
    );
    expect(env).not.toHaveProperty('GITHUB_TOKEN');
    expect(env).not.toHaveProperty('GIT_DIR');
    expect(env).toMatchObject({ GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null' });
  });

  it('takes a name that looks like an option for a name', async () => {
    const git = createGit();
    await git.run(['init', '-q', '.'], { cwd });
    const result = await git.try(['rev-parse', '--verify', '--end-of-options', '--git-dir'], { cwd });
    expect(result).toMatchObject({ ok: false, refusal: { code: 'GIT_FAILED', exitCode: 128 } });
  });

  it('runs no hooks and no programs that a clone names', async () => {
    const git = createGit();
    await writeFile(join(cwd, '.git/hooks/pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    await git.run(['config', 'core.fsmonitor', 'false && touch fsmonitor-ran'], { cwd });
    await writeFile(join(cwd, 'a'), 'a');
    await git.run(['add', 'a'], { cwd });
    const env = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@x' };
    await git.run(['commit', '-q', '-m', 'a'], { cwd, env });
    expect(await git.run(['ls-files', '--others'], { cwd })).toBe('');
    const ext = await git.try(['ls-remote', 'ext::sh -c "touch ext-ran"'], { cwd });
    expect(ext).toMatchObject({ ok: false, refusal: { message: expect.stringContaining("'ext' not allowed") } });
  });

  it('bounds output and time', async () => {
    const small = createGit({ maxOutputBytes: 1000 });
    expect(await small.try(['help', '-a'], { cwd })).toMatchObject({ ok: false, refusal: { exitCode: null } });
    const stopped = createGit().run(['status'], { cwd, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('results of agent commands', () => {
  it('are parsed, and the refusal names the field', () => {
    const done = { outcome: 'done', title: 'feat: x', summary: 's', testPlan: 't' };
    expect(parseAuthorResult(JSON.stringify(done))).toEqual({ ok: true, value: done });
    expect(parseAuthorResult('{"outcome":"failed","message":"no idea"}')).toMatchObject({ ok: true });
    expect(parseAuthorResult('{"outcome":"done"}')).toMatchObject({
      ok: false,
      refusal: { code: 'RESULT_INVALID', message: expect.stringContaining('title') },
    });
    expect(parseAuthorResult('done!')).toMatchObject({ ok: false, refusal: { message: 'the result is not JSON' } });
    const review = { outcome: 'done', verdict: 'approve', body: 'ok', comments: [{ path: 'a', line: 0, body: 'b' }] };
    expect(parseReviewerResult(JSON.stringify({ ...review, resolve: [] }))).toMatchObject({
      ok: false,
      refusal: { message: expect.stringContaining('comments.0.line') },
    });
  });
});
