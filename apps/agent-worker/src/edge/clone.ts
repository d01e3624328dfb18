import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Git } from '@rig/agent-kit';
import type { TaskToken } from '@rig/contracts';
import { faultPoint, messageOf, type Clock } from '@rig/kernel';
import { AttemptFailed } from '../flows/ports.js';
import { withFileLock } from './file-lock.js';

/** The whole configuration of a shared clone: whatever an agent writes into it is gone before the next use. */
const CONFIG = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n';

const TRIES = 3;

export interface Clone {
  /** The bare repository. */
  readonly gitDir: string;
  /** Brings the named branches, and what begins like the last one, up to date under refs/remotes/origin. */
  fetch(token: TaskToken, branches: readonly string[], signal: AbortSignal): Promise<void>;
  /** The commit of a ref; undefined when there is none. */
  commitOf(name: string): Promise<string | undefined>;
  /** Puts the configuration back to what it must be. */
  restore(): Promise<void>;
  /** Serialises what changes the clone between the workers of one machine. */
  locked<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface CloneDeps {
  readonly git: Git;
  readonly clock: Clock;
  /** The worker's folder. */
  readonly root: string;
}

export const remoteRef = (branch: string): string => `refs/remotes/origin/${branch}`;

const isPermanent = (message: string): boolean =>
  /authentication failed|not found|could not read|403|401/i.test(message);

interface FetchRequest {
  readonly git: Git;
  readonly gitDir: string;
  readonly token: TaskToken;
  readonly specs: readonly string[];
  readonly signal: AbortSignal;
}

const fetchOnce = async ({ git, gitDir, token, specs, signal }: FetchRequest): Promise<void> => {
  faultPoint('fetch.before');
  await git.run(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--prune', '--', token.cloneUrl, ...specs], {
    cwd: gitDir,
    signal,
    credentials: { url: token.cloneUrl, token: token.token },
  });
  faultPoint('fetch.after');
};

/** The shared bare clone of one repository; made when it is not there. */
export const openClone = async ({ git, clock, root }: CloneDeps, repo: string): Promise<Clone> => {
  const gitDir = join(root, 'repos', `${repo.toLowerCase()}.git`);
  const locked: Clone['locked'] = (work, signal) =>
    withFileLock({ path: `${gitDir}.lock`, clock, ...(signal === undefined ? {} : { signal }) }, work);
  const restore = async (): Promise<void> => {
    await writeFile(join(gitDir, 'config'), CONFIG);
    await rm(join(gitDir, 'config.worktree'), { force: true });
    await rm(join(gitDir, 'info', 'attributes'), { force: true });
  };
  await mkdir(dirname(gitDir), { recursive: true });
  await locked(async () => {
    await git.run(['init', '--bare', '--quiet', '--template=', '--initial-branch=main', '--', gitDir], { cwd: root });
    await restore();
  });

  const fetch: Clone['fetch'] = async (token, branches, signal) => {
    const specs = [...new Set(branches)].map((name, n, all) =>
      n === all.length - 1 ? `+refs/heads/${name}*:${remoteRef(name)}*` : `+refs/heads/${name}:${remoteRef(name)}`,
    );
    for (let n = 1; ; n++) {
      try {
        return await locked(async () => {
          await restore();
          await fetchOnce({ git, gitDir, token, specs, signal });
        }, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        if (n === TRIES || isPermanent(messageOf(error))) throw new AttemptFailed('FETCH_FAILED', messageOf(error));
        await clock.sleep(500 * n, signal);
      }
    }
  };

  return {
    gitDir,
    fetch,
    locked,
    restore,
    commitOf: async (name) => {
      const found = await git.try(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], {
        cwd: gitDir,
      });
      return found.ok ? found.value.trim() : undefined;
    },
  };
};
