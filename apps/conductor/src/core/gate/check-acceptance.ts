import { hold, pass, type GateCheck } from './gate-view.js';

export const checkAcceptance: GateCheck = ({ policy }) =>
  policy.acceptance === 'auto'
    ? pass('the policy says acceptance: auto')
    : hold('the policy says acceptance: person', 'a person merging it');
