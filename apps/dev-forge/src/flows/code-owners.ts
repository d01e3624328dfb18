import { codeownersPaths, ownersOf, parseCodeowners, type OwnerRule } from '../core/codeowners.js';
import { opinions } from '../core/mergeability.js';
import type { Pull, Repo, User } from '../core/model.js';
import { countedReviews } from '../core/roles.js';
import { loginKey } from '../core/world.js';
import type { Deps } from './deps.js';
import { baseTip, issueOf, pullFacts } from './pull-event.js';

/** The rules in force: those of the base branch, as on GitHub. */
export const codeownerRules = async ({ git }: Deps, repo: Repo, sha: string): Promise<OwnerRule[]> => {
  for (const path of codeownersPaths) {
    const file = await git.readFile(repo, sha, path);
    if (file !== undefined) return parseCodeowners(file.toString('utf8'));
  }
  return [];
};

/** The person that an `@owner` means; bots and unknown names are nobody. */
export const ownerPerson = ({ world }: Deps, owner: string): User | undefined => {
  const user = world.users.get(loginKey(owner.replace(/^@/, '')));
  return user?.type === 'User' ? user : undefined;
};

/** Changed paths with their owners. */
export const ownedPaths = async (
  deps: Deps,
  repo: Repo,
  pull: Pull,
): Promise<{ readonly path: string; readonly owners: readonly string[] }[]> => {
  const rules = await codeownerRules(deps, repo, await baseTip(deps, repo, pull));
  if (rules.length === 0) return [];
  const { files } = await pullFacts(deps, repo, pull);
  return files.map(({ path }) => ({ path, owners: ownersOf(rules, path) })).filter(({ owners }) => owners.length > 0);
};

/** People to ask for review when a pull request becomes ready: the owners of what it changes, but its author. */
export const ownersToAsk = async (deps: Deps, repo: Repo, pull: Pull): Promise<string[]> => {
  const author = issueOf(deps, repo, pull.number).author;
  const owners = (await ownedPaths(deps, repo, pull)).flatMap((row) => row.owners);
  const people = owners.flatMap((owner) => ownerPerson(deps, owner)?.login ?? []);
  return [...new Set(people)].filter((login) => login !== author);
};

/** Changed paths of which no owner has approved. */
export const unapprovedOwnedPaths = async (deps: Deps, repo: Repo, pull: Pull): Promise<string[]> => {
  const reviews = countedReviews(deps.world, repo, pull.number);
  const approvers = new Set(
    [...opinions(reviews).values()].filter((row) => row.state === 'APPROVED').map((row) => loginKey(row.author)),
  );
  return (await ownedPaths(deps, repo, pull))
    .filter(({ owners }) => !owners.some((owner) => approvers.has(loginKey(owner.slice(1)))))
    .map(({ path }) => path);
};
