import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort } from '@rig/embedded';
import { isoTime } from '@rig/kernel';
import { eventually, testDatabase, testRoles, testValkey } from '@rig/testkit';
import { createGuardFolder, guardEnv } from './guard-stage.fixture.spec.js';

const AGENTS = `agents:
  - { id: dev-e-1, role: author, slots: 2, delivery: http, command: { run: node } }
  - { id: dev-e-2, role: author, slots: 2, delivery: http, command: { run: node } }
`;

/** A forge without anything in it. */
const startForge = async () => {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

export interface Process {
  readonly url: string;
  /** Signal or code with which it ended. */
  readonly ended: Promise<string>;
  kill(signal: NodeJS.Signals): Promise<string>;
}

/** Arguments with which Node kills the process, as kill -9, at the n-th passing of a fault point. */
const killAt = (point: string, passing: number): readonly string[] => [
  '--import',
  `data:text/javascript,${encodeURIComponent(
    `let left = ${passing};
     globalThis[Symbol.for('rig.fault-points')] = (name) => {
       if (name === '${point}' && --left === 0) process.kill(process.pid, 'SIGKILL');
     };`,
  )}`,
];

interface StartOptions {
  readonly app: string;
  readonly env: Readonly<Record<string, string>>;
  readonly all: Set<ChildProcess>;
  readonly args?: readonly string[];
}

const startProcess = async ({ app, env, all, args = [] }: StartOptions): Promise<Process> => {
  const port = await freePort();
  const child = spawn(process.execPath, [...args, `apps/${app}/dist/main.js`], {
    env: { PATH: process.env['PATH'] ?? '', ...env, RIG_PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  all.add(child);
  let log = '';
  child.stderr?.on('data', (chunk) => (log = `${log}${String(chunk)}`.slice(-4_000)));

  const ended = once(child, 'exit').then(([code, signal]) => {
    all.delete(child);
    return String(signal ?? code);
  });
  const url = `http://127.0.0.1:${port}`;
  const ready = eventually(
    async () => {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      if (answer?.status !== 200) throw new Error(`${app} is not ready: ${log}`);
    },
    { withinMs: 30_000 },
  );
  // One that is to die may do so before it is ready.
  await Promise.race([ready, ended]);
  ready.catch(() => undefined);
  return {
    url,
    ended,
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
};

/** Gateway, conductor and guard-svc as processes of their own, as a deployment runs them; needs the build. */
export const createProcesses = async () => {
  const [database, valkey, forge, folder] = await Promise.all([
    testDatabase(),
    testValkey(),
    startForge(),
    createGuardFolder(),
  ]);
  const urls = await testRoles(database.url);
  const app = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const files = {
    'agents.private.pem': folder.keys.privateKeyPem,
    'app.pem': app.privateKey,
    'rig.agents.yaml': AGENTS,
    'rig.policy.yaml': "defaults: { dispatch: 'off' }\n",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.folder, name), text);
  const all = new Set<ChildProcess>();
  const env = (name: string, postgres: string): Record<string, string> => ({
    ...guardEnv(name, folder.folder, { postgres, valkey: valkey.url }),
    GITHUB_API_URL: forge.url,
    GITHUB_GIT_URL: forge.url,
    GITHUB_WEBHOOK_SECRET: 'the webhook secret of these tests',
    ...Object.fromEntries(
      ['CONDUCTOR', 'AUTHOR', 'REVIEWER'].flatMap((role, n) => [
        [`GITHUB_${role}_APP_ID`, String(n + 1)],
        [`GITHUB_${role}_PRIVATE_KEY_FILE`, join(folder.folder, 'app.pem')],
      ]),
    ),
  });
  const conductor = await startProcess({ app: 'conductor', env: env('conductor-0', urls.rig_conductor), all });
  const gateway = await startProcess({ app: 'gateway', env: env('gateway-0', urls.rig_gateway), all });
  const operator = await folder.token('operator', 'operator');
  const read = async (path: string): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${conductor.url}${path}`, { headers: { authorization: `Bearer ${operator}` } });
    return (await answer.json()) as Record<string, unknown>;
  };
  return {
    read,
    operator,
    startGuard: (name: string, dies?: { readonly at: string; readonly passing: number }): Promise<Process> =>
      startProcess({
        app: 'guard-svc',
        env: env(name, urls.rig_guard),
        all,
        ...(dies === undefined ? {} : { args: killAt(dies.at, dies.passing) }),
      }),
    /** Reports a block as a worker does. */
    block: async (agent: string, command: string, at: number): Promise<number> => {
      const data = {
        agent,
        taskId: null,
        fence: null,
        tool: 'Bash',
        rule: 'priv.sudo',
        category: 'privilege',
        command,
        via: [],
        policyHash: 'built-in',
        canary: false,
        blockedAt: isoTime(at),
      };
      const head = { id: randomUUID(), source: 'hook', subject: `agent/${agent}`, time: isoTime(at) };
      const fact = { ...head, actor: { kind: 'agent', id: agent }, type: 'GUARD_BLOCKED', data };
      const answer = await fetch(`${gateway.url}/api/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await folder.token(agent, 'work')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(fact),
      });
      return answer.status;
    },
    close: async (): Promise<void> => {
      await Promise.all(
        [...all].map(async (child) => {
          child.kill('SIGKILL');
          await once(child, 'exit');
        }),
      );
      await Promise.all([forge.close(), valkey.close(), database.drop(), folder.remove()]);
    },
  };
};

export type Processes = Awaited<ReturnType<typeof createProcesses>>;
