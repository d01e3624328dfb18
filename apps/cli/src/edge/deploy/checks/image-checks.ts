import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateKeyPair } from '@rig/agent-kit';
import { freePort, runCommand, startPostgres, startValkey } from '@rig/embedded';
import { CLIENTS, clientOf } from '@rig/hooks';
import { messageOf, systemClock } from '@rig/kernel';
import { z } from 'zod';
import { found, type CheckOutcome } from '../../../core/deploy/check-report.js';
import { dockerfileProblems, parseDockerfile, type Dockerfile } from '../../../core/deploy/dockerfile.js';
import { buildLayers } from '../image-layers.js';
import { readDockerfile, readHookPolicyPath } from '../read-dockerfile.js';

const READY_MS = 30_000;
const END_MS = 30_000;
const APP = 'gateway';

const Linter = z.object({
  validate: z.custom<(text: string) => readonly { message: string; range: { start: { line: number } } }[]>(
    (value) => typeof value === 'function',
  ),
});

/** What installing the hook leaves behind, by folder: the workers' image has to take all of it over. */
const hookFolders = (policyPath: string): readonly string[] => [
  '/opt/rig/guard',
  dirname(policyPath),
  ...CLIENTS.map((name) => `/${dirname(clientOf(name).file.managed)}`),
];

const unhooked = ({ stages }: Dockerfile, policyPath: string): readonly string[] => {
  const worker = stages.find(({ name }) => name === 'agent-worker');
  const copied = worker?.instructions.flatMap(({ args }) => /^--from=guard (\S+) \1$/.exec(args)?.[1] ?? []) ?? [];
  return hookFolders(policyPath)
    .filter((folder) => !copied.includes(folder))
    .map((folder) => `stage agent-worker does not copy ${folder}, where the guard's hook lies`);
};

/** The linter says what is no good Dockerfile at all, our own rules what is none for Rig. */
export const checkDockerfile = async (root: string): Promise<CheckOutcome> => {
  const text = await readFile(join(root, 'Dockerfile'), 'utf8');
  const { validate } = Linter.parse(createRequire(import.meta.url)('dockerfile-utils'));
  const linted = validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
  const ignored = await readFile(join(root, '.dockerignore'), 'utf8');
  const open = ignored.split('\n').includes('*') ? [] : ['.dockerignore lets in what it does not name'];
  const file = parseDockerfile(text);
  const hooks = unhooked(file, await readHookPolicyPath(root));
  return found(file.stages.length, [...linted, ...dockerfileProblems(text), ...open, ...hooks]);
};

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
      return found(3, await runService({ folder, env, file }));
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
