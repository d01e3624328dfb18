import { hold, pass, type GateCheck } from './gate-view.js';

export const checkMergeable: GateCheck = ({ view }) => {
  if (view.pull.mergeable === null) return hold('the forge is still working out whether it merges', 'a moment');
  if (!view.pull.mergeable) return hold('it conflicts with its base branch', 'a commit that solves the conflict');
  if (view.strict && view.behindBy > 0) {
    return hold(`the branch is ${view.behindBy} commits behind its base`, 'updating the branch');
  }
  return pass('merges cleanly');
};
