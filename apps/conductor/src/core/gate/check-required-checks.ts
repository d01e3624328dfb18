import { hold, notApplicable, pass, type GateCheck } from './gate-view.js';

/** Check runs and commit statuses count alike. An empty set holds, unless the policy says there is no CI. */
export const checkRequiredChecks: GateCheck = ({ view, policy }) => {
  if (policy.ci === 'none' && view.requiredChecks.length === 0) return notApplicable('the policy says ci: none');
  if (view.requiredChecks.length === 0) {
    return hold('the forge names no required check', 'a required check in the branch protection, or ci: none');
  }
  const unmet = view.requiredChecks.flatMap((name) => {
    const states = view.checks.filter((check) => check.name === name).map((check) => check.state);
    if (states.length === 0) return [`${name} has not reported`];
    if (states.includes('failed')) return [`${name} failed`];
    return states.includes('pending') ? [`${name} is running`] : [];
  });
  if (unmet.length > 0) return hold(unmet.join('; '), 'every required check passing on the head commit');
  return pass(`${view.requiredChecks.length} of ${view.requiredChecks.length} required checks passed`);
};
