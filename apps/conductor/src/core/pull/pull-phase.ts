import { ciStateOf, type PullState } from './pull-state.js';

export type PullPhase = 'draft' | 'checking' | 'fixing' | 'reviewing' | 'gated' | 'merging' | 'merged' | 'closed';

const approved = (pull: PullState): boolean =>
  Object.values(pull.reviews).some((review) => review.state === 'approved' && review.headSha === pull.headSha);

/** Where a pull request is, for people; docs/states/pull-request.md draws it. */
export const pullPhaseOf = (pull: PullState): PullPhase => {
  if (pull.status !== 'open') return pull.status;
  if (pull.merging !== null) return 'merging';
  if (pull.draft) return 'draft';
  if (pull.fix !== null || ciStateOf(pull, pull.headSha) === 'failed') return 'fixing';
  if (pull.review !== null) return 'reviewing';
  if (approved(pull)) return 'gated';
  return ciStateOf(pull, pull.headSha) === 'passed' ? 'reviewing' : 'checking';
};
