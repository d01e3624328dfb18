/** The keywords by which GitHub closes an issue of the same repository when a pull request is merged. */
const CLOSES = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#([1-9][0-9]{0,9})\b/i;

/** Number of the first issue that a pull request's body closes; null if it names none. */
export const closedIssueOf = (body: string): number | null => {
  const match = CLOSES.exec(body);
  return match?.[1] === undefined ? null : Number(match[1]);
};

const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');

/** The branch of an issue's work: letters, digits and dashes only, whatever the title holds. */
export const branchOf = (issue: number, title: string): string => {
  const tail = slug(title);
  return tail === '' ? `rig/issue-${issue}` : `rig/issue-${issue}-${tail}`;
};

/** The issue a branch of ours is for; null for any other branch. */
export const issueOfBranch = (ref: string): number | null => {
  const match = /^rig\/issue-([1-9][0-9]{0,9})(?:-|$)/.exec(ref);
  return match?.[1] === undefined ? null : Number(match[1]);
};
