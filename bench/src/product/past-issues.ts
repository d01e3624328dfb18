import { issueSubject, pullSubject, type RigEventBody } from '@rig/contracts';

/** What happened, before it has a place in the log. */
export interface Happening {
  readonly subject: string;
  readonly body: RigEventBody;
}

/** Ids that an issue's story needs; the caller makes them. */
export interface StoryIds {
  readonly implement: string;
  readonly review: string;
  readonly incarnation: string;
  /** 40 hexadecimal digits each. */
  readonly head: string;
  readonly merge: string;
}

export interface StoryPlace {
  readonly repo: string;
  /** The issue's; its pull request has the next one. */
  readonly number: number;
  readonly author: string;
  readonly reviewer: string;
  /** ISO 8601. */
  readonly at: string;
}

const BODY =
  'The editor shows how long a text is. Count its words; blanks around and between them do not matter.\n\n' +
  'Please add `wordCount(text)` as a named export of its own module.\n\nModule: `src/word-count.js`\n\n' +
  '### Examples\n\n```js\nwordCount("one two three") => 3\nwordCount("") => 0\n```\n';

/** An issue that a person has filed and approved. */
export const readyIssue = ({ repo, number, at }: StoryPlace): readonly Happening[] => {
  const subject = issueSubject(repo, number);
  const filed = { repo, number, title: `Add wordCount${number}(text)`, body: BODY, labels: ['agent-ready', 'P1'] };
  return [
    { subject, body: { type: 'ISSUE_OPENED', data: { ...filed, author: 'ada', openedAt: at, updatedAt: at } } },
    { subject, body: { type: 'ISSUE_PRIORITISED', data: { priority: 1 + (number % 3) } } },
    { subject, body: { type: 'ISSUE_APPROVED', data: { by: 'ada', label: 'agent-ready' } } },
  ];
};

/** From the assignment to the pull request. */
const implemented = ({ repo, number, author, at }: StoryPlace, ids: StoryIds, fence: number): readonly Happening[] => {
  const [issue, pull] = [issueSubject(repo, number), pullSubject(repo, number + 1)];
  const task = { taskId: ids.implement, agent: author };
  const worker = { name: `${author}-0`, incarnation: ids.incarnation };
  const titles = { title: 'feat: count words', body: `## Summary\n\n${BODY}\n\nCloses #${number}`, labels: [] };
  const branch = { headRef: `rig/issue-${number}-add-wordcount`, headSha: ids.head, baseRef: 'main', draft: false };
  const opened = { repo, number: number + 1, ...titles, author: 'rig-author[bot]', agent: author, ...branch };
  const done = { ...task, fence, kind: 'implement' as const, summary: 'Adds `wordCount`.', pr: number + 1 };
  return [
    { subject: issue, body: { type: 'ISSUE_ASSIGNED', data: { ...task, delivery: 'stream', tier: 'T1', ordinal: 1 } } },
    { subject: issue, body: { type: 'ATTEMPT_STARTED', data: { ...task, attempt: 1, worker } } },
    { subject: pull, body: { type: 'PR_OPENED', data: { ...opened, openedAt: at, updatedAt: at } } },
    { subject: pull, body: { type: 'PR_LINKED', data: { issue: number } } },
    { subject: issue, body: { type: 'WORK_COMPLETED', data: { ...done, headSha: ids.head, verdict: null } } },
  ];
};

/** From the checks to the merge. */
const merged = ({ repo, number, reviewer, at }: StoryPlace, ids: StoryIds, fence: number): readonly Happening[] => {
  const [issue, pull] = [issueSubject(repo, number), pullSubject(repo, number + 1)];
  const check = { headSha: ids.head, check: 'test', runId: String(number) };
  const task = { taskId: ids.review, agent: reviewer };
  const assigned = { ...task, headSha: ids.head, delivery: 'stream' as const, ordinal: 1 };
  const worker = { name: `${reviewer}-0`, incarnation: ids.incarnation };
  const done = { ...task, fence, kind: 'review' as const, summary: 'Reads well.', pr: null, headSha: ids.head };
  const verdict = { reviewId: String(number), by: 'rig-reviewer[bot]', headSha: ids.head, body: 'Reads well.' };
  const merge = { by: 'rig-conductor[bot]', mergeCommit: ids.merge, baseRef: 'main', toDefaultBranch: true };
  return [
    { subject: pull, body: { type: 'CI_STARTED', data: check } },
    { subject: pull, body: { type: 'CI_PASSED', data: check } },
    { subject: pull, body: { type: 'REVIEW_ASSIGNED', data: assigned } },
    { subject: pull, body: { type: 'ATTEMPT_STARTED', data: { ...task, attempt: 1, worker } } },
    { subject: pull, body: { type: 'REVIEW_APPROVED', data: { ...verdict, submittedAt: at } } },
    { subject: pull, body: { type: 'WORK_COMPLETED', data: { ...done, verdict: 'approved' } } },
    { subject: pull, body: { type: 'MERGE_GATE_PASSED', data: { headSha: ids.head, checks: [] } } },
    { subject: pull, body: { type: 'MERGE_REQUESTED', data: { headSha: ids.head, title: 'feat: count words' } } },
    { subject: pull, body: { type: 'PR_MERGED', data: { ...merge, updatedAt: at } } },
    { subject: issue, body: { type: 'ISSUE_DONE', data: { pr: number + 1, mergeCommit: ids.merge } } },
    { subject: issue, body: { type: 'ISSUE_CLOSED', data: { by: 'rig-conductor[bot]', updatedAt: at } } },
  ];
};

/** An issue from filing to merge: 19 events, without a detour. @param head  the log's head before the first of them */
export const pastIssue = (place: StoryPlace, ids: StoryIds, head: number): readonly Happening[] => {
  const begun = readyIssue(place);
  const made = implemented(place, ids, head + begun.length + 2);
  return [...begun, ...made, ...merged(place, ids, head + begun.length + made.length + 4)];
};
