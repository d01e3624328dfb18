import { pauseSentence, resumeCommand } from '@rig/policy';
import { hold, pass, type GateCheck } from './gate-view.js';

/** What a person stopped is not merged either. A pause of the author agent alone holds back new work, not this merge. */
export const checkPause: GateCheck = ({ pause }) =>
  pause === undefined ? pass('nothing is paused') : hold(pauseSentence(pause), resumeCommand(pause));
