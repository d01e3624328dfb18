import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from '@rig/agent-kit';
import { freePort, runCommand, startPostgres, startValkey } from '@rig/embedded';
import { messageOf, systemClock } from '@rig/kernel';
import { z } from 'zod';
import { allOf, found, type CheckOutcome } from '../../../core/deploy/check-report.js';
import type { Dockerfile } from '../../../core/deploy/dockerfile.js';
import { buildLayers } from '../image-layers.js';
import { readDockerfile } from '../read-dockerfile.js';
import { readServices } from '../read-services.js';

const READY_MS = 30_000;
const END_MS = 30_000;
/** The service that is started; the others are only loaded. */
const APP = 'gateway';
const WORKER = 'agent-worker';
/** The agents without a model, where docs/operations.md and Compose run them. */
const SCRIPTS = ['dist/scripted/author/main.js', 'dist/scripted/reviewer/main.js'];

/** Words of an exec-form instruction of the stage that services run from. */
const execForm = (file: Dockerfile, keyword: string): readonly string[] => {
  const service = file.stages.find(({ name }) => name === 'service');
  const args = service?.instructions.findLast((instruction) => instruction.keyword === keyword)?.args ?? '';
  return z.array(z.string()).parse(JSON.parse(args.slice(args.indexOf('['))));
};

const ready = async (url: string, child: ChildProcess): Promise<boolean> => {
  const giveUpAt = performance.now() + READY_MS;
  while (performance.now() < giveUpAt && child.exitCode === null) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return true;
    await systemClock.sleep(100);
  }
  return false;
};

interface Container {
  readonly folder: string;
  readonly env: Record<string, string | undefined>;
  readonly file: Dockerfile;
}

/** Starts the service as its image would, asks for its health with the image's own command, and ends it by SIGTERM. */
const runService = async ({ folder, env, file }: Container): Promise<readonly string[]> => {
  const [program = '', ...args] = execForm(file, 'ENTRYPOINT');
  const node = program === 'node' ? process.execPath : program;
  const child = spawn(node, args, { cwd: join(folder, 'service'), env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4_000)));
  const ended = once(child, 'exit');
  try {
    if (!(await ready(`http://127.0.0.1:${env['RIG_PORT'] ?? ''}/readyz`, child)))
      return [`${APP} is not ready: ${said}`];
    const [, ...probe] = execForm(file, 'HEALTHCHECK');
    const health = await runCommand(process.execPath, probe, { env });
    const problems = health.code === 0 ? [] : [`HEALTHCHECK fails beside a ready service: ${health.stderr}`];
    child.kill('SIGTERM');
    const late = systemClock.sleep(END_MS).then(() => 'late' as const);
    const how = await Promise.race([ended, late]);
    if (how === 'late' || child.exitCode !== 0) problems.push(`SIGTERM did not end it in order: ${said}`);
    return problems;
  } finally {
    child.kill('SIGKILL');
  }
};

const writeKeys = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const { publicKeyPem } = await generateKeyPair();
  await writeFile(join(folder, 'agents.public.pem'), publicKeyPem);
};

/** Nothing that a process can do, so it says that and ends; what its image lacks shows before. */
const NOTHING = 'nothing';

/**
 * Whether each of the other apps, laid beside the one that was built, finds what it loads among the packages of the
 * image, and the worker the agents that come along.
 */
const loadOthers = async (file: Dockerfile, root: string, folder: string): Promise<CheckOutcome> => {
  const others = (await readServices(root)).map(({ name }) => name).filter((name) => name !== APP);
  const problems: string[] = [];
  for (const app of [...others, WORKER]) {
    await cp(join(root, 'apps', app, 'dist'), join(folder, 'apps', app, 'dist'), { recursive: true });
    await cp(join(root, 'apps', app, 'package.json'), join(folder, 'apps', app, 'package.json'));
    const [, ...args] = execForm(file, 'ENTRYPOINT');
    const cwd = join(folder, 'apps', app);
    const { stderr } = await runCommand(process.execPath, [...args, NOTHING], { cwd, timeoutMs: READY_MS });
    if (!stderr.includes('COMMAND_UNKNOWN')) problems.push(`${app} does not load: ${stderr.slice(-2_000)}`);
    const scripts = app === WORKER ? SCRIPTS : [];
    problems.push(...scripts.filter((name) => !existsSync(join(cwd, name))).map((name) => `${app} lacks ${name}`));
  }
  return found(others.length + 1, problems);
};

/** The commands of the image's layers, run in a folder, and a service that starts from what they leave. */
export const checkLayers = async (root: string, fetch: boolean, log: (line: string) => void): Promise<CheckOutcome> => {
  if (!fetch) return { passed: 0, findings: [], skipped: 'npm ci may have to fetch packages' };
  const work = await mkdtemp(join(tmpdir(), 'rig-image-'));
  const file = await readDockerfile(root);
  try {
    const folder = await buildLayers(file, ['deps', 'app'], { root, work, app: APP });
    const postgres = await startPostgres({ dataDir: join(work, 'postgres'), log });
    const valkey = await startValkey({ dataDir: join(work, 'valkey'), log }).catch(async (error: unknown) => {
      await postgres.stop();
      throw error;
    });
    try {
      await writeKeys(join(work, 'keys'));
      const env = {
        PATH: process.env['PATH'],
        HOSTNAME: 'image-check',
        NODE_ENV: 'production',
        RIG_PORT: String(await freePort()),
        RIG_POSTGRES_URL: postgres.url,
        RIG_VALKEY_URL: valkey.url,
        RIG_KEYS_DIR: join(work, 'keys'),
        GITHUB_WEBHOOK_SECRET: 'image-check',
      };
      const started = found(3, await runService({ folder, env, file }));
      return allOf([started, await loadOthers(file, root, folder)]);
    } finally {
      await valkey.stop();
      await postgres.stop();
    }
  } catch (error) {
    const message = messageOf(error);
    // Without a registry npm cannot do its part; that is no fault of the Dockerfile.
    if (/ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|network/.test(message))
      return { passed: 0, findings: [], skipped: message };
    return found(0, [message]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
