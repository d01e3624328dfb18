import type { RigEvent } from '@rig/contracts';
import { crowdLine } from '../core/crowd-view.js';
import { duration } from '../core/format.js';
import type { IssueBoard } from '../core/issue-board.js';
import { narrate, type Line } from '../core/narrate.js';
import type { ProcessEvent } from '../core/process-spec.js';
import type { DemoView } from '../flows/run-demo.js';
import type { Terminal } from './terminal.js';

const shade = (terminal: Terminal, line: Line): string => {
  switch (line.tone) {
    case 'good':
      return terminal.palette.good(line.text);
    case 'bad':
      return terminal.palette.bad(line.text);
    case 'dim':
      return terminal.palette.dim(line.text);
    case 'plain':
      return line.text;
  }
};

/** What a person should know about a process; nothing when all is well. */
export const processLine = (event: ProcessEvent): string | undefined => {
  switch (event.kind) {
    case 'started':
      return undefined;
    case 'died':
      return `${event.name} ended (${event.how}); the supervisor starts it again in ${event.restartInMs} ms`;
    case 'gave-up':
      return `${event.name} ended ${event.deaths} times in a row (${event.how}); given up`;
  }
};

/** Tells the story of one issue line by line, or of a crowd in one line that moves. */
export const createDemoView = (terminal: Terminal, issues: number, now: () => number): DemoView => {
  const startedAt = now();
  const { palette } = terminal;
  const offset = (): string => palette.dim(duration(now() - startedAt).padStart(12));
  const say = (text: string): void => terminal.line(`${offset()}  ${text}`);
  const crowd = issues > 1;
  let announced = 0;
  return {
    note: (text) => say(palette.dim(text)),
    process: (event) => {
      const text = processLine(event);
      if (text !== undefined) say(palette.bad(text));
    },
    event: (event: RigEvent, board: IssueBoard) => {
      const line = narrate(event, board);
      if (!crowd) {
        if (line !== null) say(shade(terminal, line));
        return;
      }
      const worthALine = ['ISSUE_BLOCKED', 'ATTEMPT_LOST', 'WORK_FAILED', 'MERGE_FAILED'].includes(event.type);
      if (line !== null && (worthALine || event.type === 'ISSUE_DONE')) {
        announced += event.type === 'ISSUE_DONE' ? 1 : 0;
        // On paper a line for each of many merged issues is noise; on a terminal it scrolls by.
        if (worthALine || terminal.isTty || announced === issues) say(shade(terminal, line));
      }
      terminal.status(crowdLine(board, issues, now() - startedAt, palette));
    },
    ended: (reason) => {
      terminal.keep();
      if (reason === 'timeout') say(palette.bad('time is up'));
    },
  };
};
