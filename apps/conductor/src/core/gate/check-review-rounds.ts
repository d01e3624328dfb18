import { hold, pass, type GateCheck } from './gate-view.js';

export const checkReviewRounds: GateCheck = ({ pull, policy }) =>
  pull.rounds > policy.reviewRounds
    ? hold(
        `${pull.rounds} rounds asked for changes, the cap is ${policy.reviewRounds}`,
        'a person merging or closing it',
      )
    : pass(`${pull.rounds} of at most ${policy.reviewRounds} rounds asked for changes`);
