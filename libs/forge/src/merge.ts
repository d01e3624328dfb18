import { z } from 'zod';
import type { RepoApi } from './api.js';
import { hasCode } from './errors.js';
import type { MergeOutcome } from './forge.js';
import { readPull } from './reads.js';
import { isRigError, messageOf } from '@rig/kernel';

const Merged = z.object({ sha: z.string(), merged: z.boolean() });

const statusOf = (error: unknown): unknown => (isRigError(error) ? error.details?.['status'] : undefined);

const refusalOf = (error: unknown): MergeOutcome | undefined => {
  const status = statusOf(error);
  const message = messageOf(error);
  if (status === 409) return { status: 'refused', code: 'HEAD_MOVED', message };
  if (status === 405) return { status: 'refused', code: 'NOT_MERGEABLE', message };
  if (status === 403 || status === 422) return { status: 'refused', code: 'NOT_ALLOWED', message };
  return undefined;
};

/** What the pull itself says: the answer to a merge that got lost, or that an earlier try already made. */
const alreadyMerged = async (api: RepoApi, number: number): Promise<MergeOutcome | undefined> => {
  const pull = await readPull(api, number);
  return pull?.merged === true && pull.mergeCommit !== null
    ? { status: 'merged', mergeCommit: pull.mergeCommit }
    : undefined;
};

/**
 * Merges by squash if the head is still `headSha`. May be called again after any outcome: a pull request that is
 * merged already answers as merged.
 * @throws RigError retryable FORGE_UNREACHABLE if the outcome is unknown and the pull is not seen merged
 */
export const mergeSquash = async (
  api: RepoApi,
  number: number,
  headSha: string,
  title: string,
  message: string,
): Promise<MergeOutcome> => {
  try {
    const body = { merge_method: 'squash', sha: headSha, commit_title: title, commit_message: message };
    const { sha } = await api.send('PUT', '/pulls/{number}/merge', Merged, { number, ...body });
    return { status: 'merged', mergeCommit: sha };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined && !hasCode(error, 'FORGE_UNREACHABLE', 'FORGE_ANSWER_MISFIT')) throw error;
    const merged = await alreadyMerged(api, number);
    if (merged !== undefined) return merged;
    if (refusal === undefined) throw error;
    return refusal;
  }
};
