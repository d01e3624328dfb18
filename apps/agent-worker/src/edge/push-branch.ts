import type { Git } from '@rig/agent-kit';
import type { TaskToken } from '@rig/contracts';
import { faultPoint, type Clock } from '@rig/kernel';
import { AttemptFailed } from '../flows/ports.js';
import type { Clone } from './clone.js';

export interface PushRequest {
  readonly git: Git;
  readonly clock: Clock;
  readonly clone: Clone;
  readonly token: TaskToken;
  /** Without refs/heads/. */
  readonly branch: string;
  readonly headSha: string;
  /** What the branch was at when it was fetched; undefined: it was not there. Anything else refuses the push. */
  readonly expected: string | undefined;
}

const TRIES = 3;

const remoteSha = async ({ git, clone, token, branch }: PushRequest): Promise<string | undefined> => {
  const listed = await git.try(['ls-remote', '--refs', '--', token.cloneUrl, `refs/heads/${branch}`], {
    cwd: clone.gitDir,
    credentials: { url: token.cloneUrl, token: token.token },
  });
  return listed.ok ? listed.value.split('\t')[0] : undefined;
};

/** Pushes one commit to one branch, unless someone else moved it; throws `AttemptFailed` PUSH_REFUSED. */
export const pushBranch = async (request: PushRequest): Promise<void> => {
  const { git, clock, clone, token, branch, headSha, expected } = request;
  const ref = `refs/heads/${branch}`;
  const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
  for (let n = 1; ; n++) {
    faultPoint('push.before');
    const pushed = await git.try(['push', '--quiet', '--no-verify', lease, '--', token.cloneUrl, `${headSha}:${ref}`], {
      cwd: clone.gitDir,
      credentials: { url: token.cloneUrl, token: token.token },
    });
    faultPoint('push.after');
    // An answer that got lost: the branch itself says whether the push arrived.
    if (pushed.ok || (await remoteSha(request)) === headSha) return;
    const final = /stale info|rejected|403|401|not found/i.test(pushed.refusal.stderr);
    if (final || n === TRIES) throw new AttemptFailed('PUSH_REFUSED', pushed.refusal.message);
    await clock.sleep(500 * n);
  }
};
