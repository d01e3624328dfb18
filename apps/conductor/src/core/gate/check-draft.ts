import { hold, pass, type GateCheck } from './gate-view.js';

export const checkDraft: GateCheck = ({ view }) =>
  view.pull.draft ? hold('the pull request is a draft', 'marking it ready for review') : pass('not a draft');
