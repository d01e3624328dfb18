import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { loadExamples, signWebhook } from '@rig/forge';
import { systemClock } from '@rig/kernel';
import { z } from 'zod';
import { parseOption, usageError, wholeNumber } from '../core/arguments.js';
import { replayLines } from '../core/replay-report.js';
import { runPaths } from '../core/run-paths.js';
import { createReplayWebhooks, type ReplayDeps } from '../flows/replay-webhooks.js';
import { rigHome } from './checkout.js';
import { startSystem } from './real-system.js';
import { createConductorApi } from './conductor-api.js';
import { requireHome } from './home-folder.js';
import { connect } from './running-system.js';
import { createTerminal, printJson, type Terminal } from './terminal.js';

interface Target {
  readonly gatewayUrl: string;
  readonly conductorUrl: string;
  readonly token: string;
  readonly secret: string;
  close(): Promise<void>;
}

const running = async (): Promise<Target> => {
  const { record } = await connect();
  const fromEnv = process.env['GITHUB_WEBHOOK_SECRET'];
  const secret = record.webhookSecretFile === '' ? fromEnv : await readFile(record.webhookSecretFile, 'utf8');
  if (secret === undefined) {
    throw usageError('the webhook secret of the running system is not known', 'Set GITHUB_WEBHOOK_SECRET.');
  }
  return {
    gatewayUrl: record.gatewayUrl,
    conductorUrl: record.conductorUrl,
    token: await readFile(record.operatorTokenFile, 'utf8'),
    secret: secret.trim(),
    close: async () => undefined,
  };
};

/** A throw-away system; its agents have nothing to do. */
const temporary = async (terminal: Terminal): Promise<Target> => {
  const paths = runPaths(`${rigHome()}/replay-${randomBytes(4).toString('hex')}`);
  terminal.line('starting a throw-away system');
  const remove = (): Promise<void> => rm(paths.root, { recursive: true, force: true, maxRetries: 5 });
  try {
    const system = await startSystem({
      paths,
      forge: { kind: 'dev-forge' },
      repo: 'acme/greeter',
      authors: 1,
      reviewerSlots: 1,
      workerEnv: {},
      graceMs: 8_000,
      throwAway: true,
      notify: () => undefined,
      say: () => undefined,
    });
    return {
      gatewayUrl: system.gatewayUrl,
      conductorUrl: system.conductorUrl,
      token: await readFile(paths.operatorToken, 'utf8'),
      secret: await readFile(paths.webhookSecret, 'utf8'),
      close: async () => {
        await system.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
};

const Accepted = z.looseObject({ id: z.string() });

const sender =
  (target: Target): ReplayDeps['send'] =>
  async (event, payload) => {
    const body = Buffer.from(JSON.stringify(payload));
    const response = await fetch(`${target.gatewayUrl}/api/webhook/github`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/rig-replay',
        'x-github-event': event,
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': signWebhook(target.secret, body),
      },
      body,
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    if (!response.ok) return { rejected: `${response.status}: ${text.slice(0, 160)}` };
    return { id: Accepted.parse(JSON.parse(text)).id };
  };

const replay = async (target: Target, terminal: Terminal, timeoutMs: number) => {
  const api = createConductorApi({ url: target.conductorUrl, token: target.token });
  const run = createReplayWebhooks({
    send: sender(target),
    outcomes: async (ids) =>
      (await api.inbox(ids)).map(({ id, status, reason }) => ({ id, status, reason: reason ?? '' })),
    clock: systemClock,
    progress: (sent, settled) => terminal.status(`${sent} sent, ${settled} settled`),
  });
  const report = await run(loadExamples(), timeoutMs);
  terminal.keep();
  return report;
};

/** `rig webhooks replay --examples`: 0 if every payload was applied, or ignored with a reason. */
export const replayWebhooks = async (given: Record<string, unknown>): Promise<number> => {
  if (given['examples'] !== true) {
    throw usageError('nothing says what to replay', 'Add --examples for the recorded GitHub payloads.');
  }
  const timeoutMs = 1_000 * parseOption(wholeNumber(1, 3_600), '--timeout', given['timeout'], '--timeout 120');
  const terminal = createTerminal(process.stderr, Date.now);
  if (given['intoRunning'] !== true) await requireHome();
  const target = given['intoRunning'] === true ? await running() : await temporary(terminal);
  try {
    const report = await replay(target, terminal, timeoutMs);
    if (given['json'] === true) printJson(report);
    else for (const line of replayLines(report)) process.stdout.write(`${line}\n`);
    return report.ok ? 0 : 1;
  } finally {
    await target.close();
  }
};
