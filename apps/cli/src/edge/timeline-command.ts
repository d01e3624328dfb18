import { IssueReference, parseOption } from '../core/arguments.js';
import { oneLine, table } from '../core/format.js';
import { connect } from './running-system.js';
import { createTerminal, printJson, printOut } from './terminal.js';

const actorOf = (actor: unknown): string => {
  if (typeof actor === 'string') return actor;
  if (typeof actor === 'object' && actor !== null && 'id' in actor) return String(actor.id);
  return '';
};

/** `rig timeline owner/repo#n` */
export const showTimeline = async (issue: string, given: Record<string, unknown>): Promise<number> => {
  const { repo, number } = parseOption(IssueReference, 'issue', issue, 'rig timeline acme/greeter#1');
  const { api } = await connect();
  const story = await api.issue(repo, number);
  if (given['json'] === true) {
    printJson(story);
    return 0;
  }
  const { palette } = createTerminal(process.stdout, Date.now);
  const rows = story.timeline.map((entry) => [
    String(entry.position),
    entry.time.replace('T', ' ').replace(/\.\d+Z$/, 'Z'),
    oneLine(actorOf(entry.actor), 30),
    oneLine(entry.sentence, 160),
  ]);
  const { phase } = story.issue;
  const way =
    phase === 'done' || phase === 'closed'
      ? []
      : [palette.dim(`What it waits for, why, and who can clear it: rig explain ${repo}#${number}`)];
  printOut(
    [
      palette.strong(`${repo}#${number} ${oneLine(story.issue.title)}: ${phase}`),
      ...table(['POSITION', 'TIME', 'BY', 'WHAT'], rows),
      ...way,
    ].join('\n'),
  );
  return 0;
};
