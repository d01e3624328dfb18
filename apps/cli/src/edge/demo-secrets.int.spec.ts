import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findSecrets, secretsOf, textsOf } from '../testing/secret-scan.fixture.spec.js';

// A whole demo, by the command that a person types; needs the build.
let folder = '';
let output = '';
let code: unknown;

beforeAll(async () => {
  const args = ['apps/cli/dist/main.js', 'demo', '--json', '--keep', '--issues', '2'];
  const demo = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  [code] = (await once(demo, 'close')) as [unknown];
  folder = /Kept: (\S+)/.exec(output)?.[1] ?? '';
}, 240_000);
afterAll(async () => {
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

describe('what a demo leaves behind', () => {
  it('is complete: it worked, wrote logs, events and commits', async () => {
    expect([code, output]).toEqual([0, expect.stringContaining('"merged": 2')]);
    const texts = await textsOf(folder);
    expect(texts.get('conductor.events')).toContain('ISSUE_DONE');
    expect(texts.get('logs/conductor-0.log')).toContain('the service is ready');
    expect([...texts].some(([name, text]) => name.startsWith('history of') && text.includes('Rig-Task:'))).toBe(true);
  }, 60_000);

  it('holds none of its secrets in output, logs, events, inbox, streams, repositories or work folders', async () => {
    const secrets = await secretsOf(folder);
    // App keys, token key, webhook secret, tokens of operator, agents and person, passwords of both servers.
    expect(secrets.length).toBeGreaterThanOrEqual(10);
    expect(secrets.every((secret) => secret.length >= 16)).toBe(true);
    expect(findSecrets(output, secrets)).toEqual([]);
    // A forge has to know the secret that it signs its deliveries with, and nothing else.
    const hook = (await readFile(join(folder, 'secrets/webhook.secret'), 'utf8')).trim();
    const found = [...(await textsOf(folder))].flatMap(([name, text]) => {
      const unwanted = name === 'forge/state/journal.jsonl' ? secrets.filter((secret) => secret !== hook) : secrets;
      return findSecrets(text, unwanted).map((what) => `${what} in ${name}`);
    });
    expect(found).toEqual([]);
  }, 60_000);

  it('is looked through by a scan that finds what is there', async () => {
    const secrets = await secretsOf(folder);
    for (const file of ['secrets/webhook.secret', 'secrets/operator.token', 'keys/author-app.private.pem']) {
      expect(findSecrets(await readFile(join(folder, file), 'utf8'), secrets)).not.toEqual([]);
    }
    expect(findSecrets(`token ghs_${'a'.repeat(36)}`, [])).toHaveLength(1);
    expect(findSecrets('postgres://rig:hunter2hunter2@127.0.0.1:5432/postgres', [])).toHaveLength(1);
  });
});
