/** Titles stay below GitHub's and the merge gate's limit. */
export const MAX_TITLE = 69;

const CONVENTIONAL = /^(?:feat|fix|docs|style|refactor|perf|test|build|ci|chore|revert)(?:\([\w./-]{1,30}\))?!?: \S/;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Cut at a word where that leaves most of the text. */
const shortened = (text: string, max: number): string => {
  if (text.length <= max) return text;
  const cut = text.slice(0, max);
  const space = cut.lastIndexOf(' ');
  return (space > max / 2 ? cut.slice(0, space) : cut).replace(/[\s,.;:-]+$/, '');
};

/** A conventional title below 70 characters; what the agent proposed, or made of `fallback` when that does not fit. */
export const conventionalTitle = (proposed: string, type: 'feat' | 'fix', fallback: string): string => {
  const title = oneLine(proposed);
  if (CONVENTIONAL.test(title)) return shortened(title, MAX_TITLE);
  const subject = title === '' ? oneLine(fallback) : title;
  return shortened(`${type}: ${subject.charAt(0).toLowerCase()}${subject.slice(1)}`, MAX_TITLE);
};

/** Words of an agent must not close issues or call people: only the worker's own first line links the pull request. */
export const defused = (text: string): string =>
  text
    .replace(/\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(:?\s+)(?=[\w./-]*#\d)/gi, '$1$2issue ')
    .replace(/(^|[^\w`])@(?=[A-Za-z0-9])/g, '$1@\u200b');

export interface PullText {
  readonly issue: number;
  readonly summary: string;
  readonly testPlan: string;
}

export const pullBody = ({ issue, summary, testPlan }: PullText): string =>
  [`Closes #${issue}`, '## Summary', defused(summary).trim(), '## Test plan', defused(testPlan).trim()].join('\n\n') +
  '\n';

/** Message of the commit that the worker makes for the agent. */
export const commitMessage = (title: string, summary: string, taskId: string): string =>
  `${title}\n\n${defused(summary).trim()}\n\nRig-Task: ${taskId}\n`;

export interface Identity {
  readonly name: string;
  readonly email: string;
}

export const agentIdentity = (agent: string): Identity => ({ name: agent, email: `${agent}@agents.rig.invalid` });

/** The variables by which git knows who commits. */
export const identityVariables = ({ name, email }: Identity): Readonly<Record<string, string>> => ({
  GIT_AUTHOR_NAME: name,
  GIT_AUTHOR_EMAIL: email,
  GIT_COMMITTER_NAME: name,
  GIT_COMMITTER_EMAIL: email,
});
