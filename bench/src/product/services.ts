import type { ChildProcess } from 'node:child_process';
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createTokenSigner, generateKeyPair } from '@rig/agent-kit';
import { freePort } from '@rig/embedded';
import { systemClock } from '@rig/kernel';
import { endProgram, startProgram } from '../harness/program.js';

export type ServiceName = 'gateway' | 'conductor' | 'dispatcher';

export interface ServicesOptions {
  readonly postgres: string;
  readonly valkey: string;
  readonly forgeUrl: string;
  /** Ids of agents; each may hold `slots` tasks, by offers on its stream or by asking. */
  readonly agents: readonly string[];
  readonly slots: number;
  readonly delivery: 'stream' | 'http';
  readonly start: readonly ServiceName[];
}

export interface Services {
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly pids: Readonly<Partial<Record<ServiceName, number>>>;
  /** The header of a request in an agent's name. */
  authorization(agent: string): string;
  /** Headers of a webhook, its signature included. */
  signed(event: string, body: string): Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const WEBHOOK_SECRET = 'bench';
const READY_WITHIN_MS = 60_000;

const rsaKey = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;

const agentsFile = ({ agents, slots, delivery }: ServicesOptions): string =>
  JSON.stringify({
    agents: agents.map((id) => ({ id, role: 'author', slots, delivery, maxPerHour: 10_000, command: { run: 'node' } })),
  });

const policyFile = JSON.stringify({ defaults: { dispatch: 'on', acceptance: 'auto', maxPerHour: 10_000 } });

/** Keys and configuration in a folder; JSON is YAML. */
const prepare = async (folder: string, options: ServicesOptions) => {
  const [config, keys] = [join(folder, 'config'), join(folder, 'keys')];
  await Promise.all([mkdir(config), mkdir(keys)]);
  const pair = await generateKeyPair();
  const app = join(keys, 'app.pem');
  await writeFile(join(keys, 'agents.private.pem'), pair.privateKeyPem);
  await writeFile(join(keys, 'agents.public.pem'), pair.publicKeyPem);
  await writeFile(app, rsaKey());
  await writeFile(join(config, 'rig.agents.yaml'), agentsFile(options));
  await writeFile(join(config, 'rig.policy.yaml'), policyFile);
  const apps = ['CONDUCTOR', 'AUTHOR', 'REVIEWER'].flatMap((role): [string, string][] => [
    [`GITHUB_${role}_APP_ID`, '1'],
    [`GITHUB_${role}_PRIVATE_KEY_FILE`, app],
  ]);
  const env = {
    RIG_POSTGRES_URL: options.postgres,
    RIG_VALKEY_URL: options.valkey,
    RIG_CONFIG_DIR: config,
    RIG_KEYS_DIR: keys,
    GITHUB_API_URL: options.forgeUrl,
    GITHUB_GIT_URL: options.forgeUrl,
    GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
    LOG_LEVEL: 'error',
    // One sender stands for many.
    RIG_RATE_PER_CALLER: '0',
    RIG_RATE_PER_ADDRESS: '0',
    ...Object.fromEntries(apps),
  };
  return { env, privateKeyPem: pair.privateKeyPem };
};

const untilReady = async (name: string, url: string, child: ChildProcess): Promise<void> => {
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`the ${name} ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await pause(20);
  }
  throw new Error(`the ${name} was not ready within ${READY_WITHIN_MS} ms`);
};

const tokensFor = async (privateKeyPem: string, agents: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const signer = createTokenSigner({ privateKeyPem, clock: systemClock });
  const sign = async (agent: string): Promise<readonly [string, string]> => {
    const { token } = await signer.sign({ subject: agent, scope: 'work', ttlMs: 6 * 3_600_000 });
    return [agent, `Bearer ${token}`];
  };
  return new Map(await Promise.all(agents.map(sign)));
};

/** Starts built services as they are, each a process, on servers of the bench; resolves when they are ready. */
export const startServices = async (options: ServicesOptions): Promise<Services> => {
  const folder = await mkdtemp(join(tmpdir(), 'rig-services-'));
  const { env, privateKeyPem } = await prepare(folder, options);
  const tokens = await tokensFor(privateKeyPem, options.agents);
  const children = new Map<ServiceName, ChildProcess>();
  const urls = { gateway: '', conductor: '', dispatcher: '' };
  const stop = async (): Promise<void> => {
    await Promise.all([...children.values()].map((child) => endProgram(child, 'SIGTERM')));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const name of options.start) {
      const port = await freePort();
      urls[name] = `http://127.0.0.1:${port}`;
      const own = { RIG_PORT: String(port), HOSTNAME: `${name}-bench` };
      const child = startProgram(`apps/${name}/dist/main.js`, { env: { ...env, ...own } });
      children.set(name, child);
      await untilReady(name, urls[name], child);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    urls,
    pids: Object.fromEntries([...children].map(([name, { pid }]) => [name, pid])),
    authorization: (agent) => tokens.get(agent) ?? '',
    signed: (event, body) => ({
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex')}`,
    }),
    stop,
  };
};
