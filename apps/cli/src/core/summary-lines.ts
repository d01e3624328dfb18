import type { DemoSummary } from './demo-summary.js';
import { duration, shortSha, type Palette } from './format.js';

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** The closing words of a demo. */
export const summaryLines = (summary: DemoSummary, branch: string, palette: Palette): readonly string[] => {
  const head = summary.ok
    ? palette.good(`${plural(summary.merged, 'issue')} merged in ${duration(summary.seconds * 1000)}.`)
    : palette.bad(`${summary.merged} of ${plural(summary.issues, 'issue')} merged.`);
  const commits = summary.mergeCommits.slice(0, 3).map(shortSha).join(', ');
  const more = summary.mergeCommits.length > 3 ? ` and ${summary.mergeCommits.length - 3} more` : '';
  return [
    head,
    `  merge commits on ${branch}: ${commits === '' ? 'none' : `${commits}${more}`}`,
    `  reviews: ${summary.reviewRounds} (${summary.changesRequested} asked for changes) · failing checks: ${summary.ciFailures}`,
    `  assigned twice: ${summary.assignedTwice} · lost: ${summary.lost} · blocked: ${summary.blocked}`,
    `  events in the log: ${summary.events} · attempts lost: ${summary.attemptsLost} · restarts: ${summary.restarts}`,
  ];
};
