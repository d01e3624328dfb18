import type { ReviewThread } from '@rig/contracts';
import type { ReviewerResult } from '@rig/agent-kit';
import type { Finding } from './source-check.js';

const TAG = /\(rule: ([a-z-]+)\)\s*$/;

const commentOf = ({ rule, message }: Finding): string => `${message}\n\n(rule: ${rule})`;

/** The rule a thread was opened for; undefined for threads of other people. */
export const ruleOf = (thread: ReviewThread): string | undefined => TAG.exec(thread.body)?.[1];

const sameMatter = (thread: ReviewThread, finding: Finding): boolean =>
  ruleOf(thread) === finding.rule && thread.path === finding.path;

/** From what was found now and the threads of earlier rounds: the verdict, new comments, and threads that are settled. */
export const judge = (
  findings: readonly Finding[],
  threads: readonly ReviewThread[],
  testSummary: string,
): ReviewerResult => {
  const open = threads.filter((thread) => !thread.resolved);
  const settled = open.filter(
    (thread) => ruleOf(thread) !== undefined && !findings.some((finding) => sameMatter(thread, finding)),
  );
  const fresh = findings.filter((finding) => !open.some((thread) => sameMatter(thread, finding)));
  const settledText = settled.length === 0 ? '' : ` ${settled.length} earlier remark(s) are settled.`;
  return {
    outcome: 'done',
    verdict: findings.length === 0 ? 'approve' : 'request-changes',
    body:
      findings.length === 0
        ? `The change does what the issue asks for. ${testSummary}${settledText}`
        : `${findings.length} thing(s) to change:\n\n${findings.map((finding) => `- \`${finding.path}\`: ${finding.message}`).join('\n')}\n\n${testSummary}${settledText}`,
    comments: fresh
      .slice(0, 100)
      .map((finding) => ({ path: finding.path, line: finding.line, body: commentOf(finding) })),
    resolve: settled.map((thread) => thread.id),
  };
};
