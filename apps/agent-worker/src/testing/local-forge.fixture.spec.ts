import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGit, type Git } from '@rig/agent-kit';
import type { TaskBrief, TaskToken } from '@rig/contracts';
import type { ForgePull, ForgeThread, WorkerForge } from '@rig/forge';

const IDENTITY = {
  GIT_AUTHOR_NAME: 'ada',
  GIT_AUTHOR_EMAIL: 'ada@x.invalid',
  GIT_COMMITTER_NAME: 'ada',
  GIT_COMMITTER_EMAIL: 'ada@x.invalid',
};

/** A bare repository on disk, made from a folder, and what a worker sees of a forge: enough for tests. */
export interface LocalForge {
  readonly folder: string;
  /** Where a worker under test may keep its things. */
  readonly work: string;
  readonly token: TaskToken;
  readonly git: Git;
  readonly pulls: ForgePull[];
  readonly threads: ForgeThread[];
  readonly reviews: Parameters<WorkerForge['review']>[2][];
  readonly forge: WorkerForge;
  /** Standard output of git in the bare repository. */
  bare(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

const pullOf = (number: number, input: Parameters<WorkerForge['createPull']>[1]): ForgePull => ({
  repo: 'acme/greeter',
  number,
  nodeId: `PR_${number}`,
  labels: [],
  author: 'rig-author[bot]',
  state: 'open',
  merged: false,
  mergeCommit: null,
  mergedBy: null,
  headRef: input.head,
  headSha: '0'.repeat(40),
  baseRef: input.base,
  mergeable: true,
  changedFiles: 2,
  createdAt: '2026-03-01T00:00:00Z',
  updatedAt: '2026-03-01T00:00:00Z',
  ...input,
});

const createForge = (pulls: ForgePull[], threads: ForgeThread[], reviews: LocalForge['reviews']): WorkerForge => ({
  createPull: async (_repo, input) => {
    const pull = pullOf(100 + pulls.length, input);
    pulls.push(pull);
    return pull;
  },
  findPull: async (_repo, head) => pulls.find((pull) => pull.headRef === head),
  markReady: async () => undefined,
  pull: async (_repo, number) => pulls.find((pull) => pull.number === number),
  threads: async () => [...threads],
  review: async (_repo, _number, input) => {
    reviews.push(input);
    input.comments.forEach(({ path, line, body }, n) => {
      threads.push({ id: `T${reviews.length}-${n}`, resolved: false, path, line, by: 'rig-reviewer[bot]', body });
    });
    return { id: '1', by: 'rig-reviewer[bot]', state: 'commented', submittedAt: '2026-03-01T00:00:00Z', ...input };
  },
  resolveThread: async (id) => {
    const at = threads.findIndex((thread) => thread.id === id);
    const thread = threads[at];
    if (thread !== undefined) threads[at] = { ...thread, resolved: true };
  },
  reply: async () => undefined,
});

/** @param template  folder whose content becomes the first commit on main */
export const createLocalForge = async (template: string): Promise<LocalForge> => {
  const folder = await mkdtemp(join(tmpdir(), 'rig-worker-'));
  const git = createGit();
  const seed = join(folder, 'seed');
  const origin = join(folder, 'acme', 'greeter.git');
  await cp(template, seed, { recursive: true });
  await mkdir(origin, { recursive: true });
  await git.run(['init', '--quiet', '--bare', '--initial-branch=main', origin], { cwd: folder });
  await git.run(['init', '--quiet', '--initial-branch=main', '.'], { cwd: seed });
  await git.run(['add', '--all'], { cwd: seed });
  await git.run(['commit', '--quiet', '--message', 'feat: begin'], { cwd: seed, env: IDENTITY });
  await git.run(['push', '--quiet', origin, 'main'], { cwd: seed });
  const pulls: ForgePull[] = [];
  const threads: ForgeThread[] = [];
  const reviews: LocalForge['reviews'] = [];
  return {
    folder,
    work: join(folder, 'work'),
    git,
    pulls,
    threads,
    reviews,
    forge: createForge(pulls, threads, reviews),
    token: {
      token: 'ghs_secret',
      expiresAt: '2099-01-01T00:00:00Z',
      apiUrl: 'http://forge.invalid',
      cloneUrl: pathToFileURL(origin).href,
      login: 'rig-author[bot]',
    },
    bare: (...args) => git.run(args, { cwd: origin }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};

/** An implement task as the conductor tells it. */
export const briefOf = (change: Partial<TaskBrief> = {}): TaskBrief => ({
  taskId: '0197f3a0-0000-8000-8000-000000000001',
  kind: 'implement',
  agent: 'dev-e-1',
  attempt: 1,
  fence: 41,
  leaseMs: 30_000,
  repo: 'acme/greeter',
  defaultBranch: 'main',
  tier: 'T1',
  issue: { number: 7, title: 'Add slugify(text)', body: '' },
  branch: 'rig/issue-7-slugify',
  pull: null,
  feedback: [],
  ...change,
});
