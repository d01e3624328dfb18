import { hold, latestVerdicts, pass, type GateCheck } from './gate-view.js';

/** No one approves their own work, and an approval counts for the commit it was given on. */
export const checkApproval: GateCheck = ({ view }) => {
  const verdicts = latestVerdicts(view).filter((review) => review.by !== view.pull.author);
  const against = verdicts.find((review) => review.state === 'changes-requested');
  if (against !== undefined)
    return hold(`${against.by} asked for changes`, `an approval by ${against.by}, or a dismissal`);
  const approval = verdicts.find((review) => review.state === 'approved' && review.headSha === view.pull.headSha);
  if (approval !== undefined) return pass(`${approval.by} approved the head commit`);
  return hold('nobody but the author has approved the head commit', 'an approval of the head commit');
};
