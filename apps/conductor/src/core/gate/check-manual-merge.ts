import { hold, pass, type GateCheck } from './gate-view.js';

/** The label by which a person keeps the merge for themselves. */
const LABEL = 'manual-merge';

export const checkManualMerge: GateCheck = ({ view }) =>
  view.pull.labels.includes(LABEL)
    ? hold(`the label ${LABEL} is on it`, `a person merging it, or taking the label ${LABEL} off`)
    : pass(`no ${LABEL} label`);
