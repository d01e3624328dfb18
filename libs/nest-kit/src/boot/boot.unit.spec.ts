import { describe, expect, it } from '@jest/globals';
import { accept, refuse, silentLogger, type Logger } from '@rig/kernel';
import { fakeClock } from '@rig/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { describeConfig, envSchema, loadConfig } from '../index.js';
import { createJsonLogger } from '../kit/json-logger.js';
import { createPartRunner } from './parts.js';
import { watchYaml } from './watch-yaml.js';

const withFolder = async (test: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'rig-kit-'));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const Schema = z.object({
  RIG_POSTGRES_URL: envSchema.url('postgres', 'postgresql'),
  GITHUB_WEBHOOK_SECRET: envSchema.secret('the secret shared with GitHub'),
  RIG_RATE: envSchema.int(1, 10).default(5),
  RIG_FAST: envSchema.flag.optional(),
});
const good = { RIG_POSTGRES_URL: 'postgres://u@h/d', GITHUB_WEBHOOK_SECRET: 's' };

describe('configuration', () => {
  it('parses what is set and fills in defaults', () => {
    expect(loadConfig(Schema, { ...good, RIG_FAST: 'Yes', RIG_RATE: '' })).toEqual({
      ...good,
      RIG_RATE: 5,
      RIG_FAST: true,
    });
  });

  it('names every wrong variable and what to set it to, never the value', () => {
    const load = () => loadConfig(Schema, { RIG_POSTGRES_URL: 'mysql://secret@x', RIG_RATE: '11' });
    expect(load).toThrow(
      'RIG_POSTGRES_URL is not a postgres or postgresql URL; GITHUB_WEBHOOK_SECRET is not set; RIG_RATE is above 10',
    );
    try {
      load();
    } catch (error) {
      expect(error).toMatchObject({
        kind: 'terminal',
        fix: expect.stringContaining('Set RIG_RATE to a whole number, 1 to 10.'),
      });
      expect(JSON.stringify(error)).not.toContain('mysql');
    }
  });

  it('reads a secret from the file that its _FILE variant names', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'secret'), 'from file\n');
      const { GITHUB_WEBHOOK_SECRET: _, ...env } = good;
      const load = (path: string) =>
        loadConfig(Schema, { ...env, GITHUB_WEBHOOK_SECRET_FILE: path }).GITHUB_WEBHOOK_SECRET;
      expect(load(join(folder, 'secret'))).toBe('from file');
      expect(() => load(join(folder, 'none'))).toThrow('GITHUB_WEBHOOK_SECRET_FILE names a file that cannot be read');
      expect(() => loadConfig(Schema, { ...good, GITHUB_WEBHOOK_SECRET_FILE: 'x' })).toThrow('are both set');
    }));

  it('describes itself', () => {
    expect(
      describeConfig(Schema).map(({ name, required, secret, defaultValue }) => [name, required, secret, defaultValue]),
    ).toEqual([
      ['RIG_POSTGRES_URL', true, false, undefined],
      ['GITHUB_WEBHOOK_SECRET', true, true, undefined],
      ['RIG_RATE', false, false, '5'],
      ['RIG_FAST', false, false, undefined],
    ]);
  });
});

describe('a watched file', () => {
  const parse = (text: string) =>
    text.startsWith('ok') ? accept(text) : refuse({ code: 'BAD', message: `cannot use ${text}`, fix: 'Write ok.' });

  it('keeps the last good value, says so once, and takes the next good one', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'rig.policy.yaml');
      const errors: string[] = [];
      const logger: Logger = { log: (level, message) => (level === 'error' ? void errors.push(message) : undefined) };
      await writeFile(path, 'ok 1');
      const file = await watchYaml(path, parse, { logger, clock: fakeClock() });
      expect([file.current(), await file.once(), file.check()]).toEqual(['ok 1', 'unchanged', { ready: true }]);
      await writeFile(path, 'broken!');
      expect([await file.once(), await file.once(), file.current()]).toEqual(['refused', 'refused', 'ok 1']);
      expect(file.check()).toEqual({ ready: true, note: `${path} is not usable: cannot use broken!` });
      expect(errors).toHaveLength(1);
      await rm(path);
      expect([await file.once(), file.current()]).toEqual(['refused', 'ok 1']);
      await writeFile(path, 'ok again');
      expect([await file.once(), file.current(), file.error()]).toEqual(['changed', 'ok again', undefined]);
    }));

  it('need not be there where a text stands for it, and is read when it comes', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'guard.policy.yaml');
      const file = await watchYaml(path, parse, { logger: silentLogger, whenMissing: 'ok for now' });
      expect([file.current(), await file.once(), file.check()]).toEqual(['ok for now', 'unchanged', { ready: true }]);
      await writeFile(path, 'ok 1');
      expect([await file.once(), file.current()]).toEqual(['changed', 'ok 1']);
      await rm(path);
      expect([await file.once(), file.current(), file.error() !== undefined]).toEqual(['refused', 'ok 1', true]);
    }));

  it('must be good when the service starts', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'rig.agents.yaml');
      const watch = () => watchYaml(path, parse, { logger: silentLogger });
      await expect(watch()).rejects.toMatchObject({ code: 'CONFIG_FILE_INVALID', fix: `Create ${path}.` });
      await writeFile(path, 'bad');
      await expect(watch()).rejects.toMatchObject({ code: 'CONFIG_FILE_INVALID', fix: 'Write ok.' });
    }));
});

describe('parts', () => {
  const part = (name: string, steps: string[], fails: 'start' | 'stop' | 'never' = 'never') => ({
    name,
    start: async () => {
      steps.push(`start ${name}`);
      if (fails === 'start') throw new Error('no');
    },
    stop: async () => {
      steps.push(`stop ${name}`);
      if (fails === 'stop') throw new Error('no');
    },
  });

  it('are stopped again when one of them does not start', async () => {
    const steps: string[] = [];
    const runner = createPartRunner([part('a', steps), part('b', steps, 'start'), part('c', steps)], silentLogger);
    await expect(runner.start()).rejects.toThrow('no');
    await runner.stop();
    expect(steps).toEqual(['start a', 'start b', 'stop b', 'stop a']);
    expect(runner.checks['c']?.()).toEqual({ ready: false, note: 'waiting' });
  });

  it('are all stopped though one fails to', async () => {
    const steps: string[] = [];
    const runner = createPartRunner([part('a', steps), part('b', steps, 'stop')], silentLogger);
    await runner.start();
    await runner.stop();
    expect(steps.slice(2)).toEqual(['stop b', 'stop a']);
  });
});

describe('log lines', () => {
  it('are one JSON object each, with secrets redacted and quieter ones dropped', () => {
    const lines: string[] = [];
    const logger = createJsonLogger({
      level: 'info',
      clock: fakeClock(0),
      base: { service: 's' },
      write: (line) => void lines.push(line),
    });
    logger.log('debug', 'not this');
    logger.log('warn', 'this', { authorization: 'Bearer x', n: 1n, error: new Error('why') });
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    logger.log('info', 'that', cycle);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        time: '1970-01-01T00:00:00.000Z',
        level: 'warn',
        message: 'this',
        service: 's',
        authorization: '[redacted]',
        n: '1',
        error: { message: 'why' },
      },
      { message: 'that', fields: '[not serialisable]' },
    ]);
  });
});
