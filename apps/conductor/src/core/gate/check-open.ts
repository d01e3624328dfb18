import { hold, pass, type GateCheck } from './gate-view.js';

export const checkOpen: GateCheck = ({ view }) =>
  view.pull.state === 'open' ? pass('the pull request is open') : hold('the pull request is closed', 'reopening it');
