import { hold, latestVerdicts, notApplicable, pass, type GateCheck } from './gate-view.js';

/**
 * Each owned path needs an approval by one of its owners. A team's members are not visible here, so a path owned by a
 * team alone is left to the forge's own branch protection, which refuses the merge.
 */
export const checkCodeowners: GateCheck = ({ view }) => {
  if (view.ownedPaths.length === 0) return notApplicable('no changed path has a code owner');
  const approvers = new Set(
    latestVerdicts(view)
      .filter((review) => review.state === 'approved' && review.headSha === view.pull.headSha)
      .map((review) => `@${review.by}`.toLowerCase()),
  );
  const open = view.ownedPaths.filter(({ owners }) => {
    const people = owners.filter((owner) => !owner.includes('/'));
    return people.length > 0 && !people.some((owner) => approvers.has(owner.toLowerCase()));
  });
  const [first] = open;
  if (first === undefined) return pass('every owned path is approved by an owner');
  return hold(`${first.path} is owned by ${first.owners.join(', ')}`, `an approval by ${first.owners.join(' or ')}`);
};
