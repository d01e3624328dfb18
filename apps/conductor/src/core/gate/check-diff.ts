import { hold, pass, type GateCheck } from './gate-view.js';

export const checkDiff: GateCheck = ({ view }) =>
  view.pull.changedFiles > 0
    ? pass(`${view.pull.changedFiles} files changed`)
    : hold('the diff is empty', 'a commit that changes something');
