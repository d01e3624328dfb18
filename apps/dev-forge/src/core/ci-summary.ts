import type { CheckOutput } from './model.js';

export interface CommandOutcome {
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly tail: string;
}

/** Characters of the output's end that a summary quotes; GitHub takes 65,535. */
const quoted = 6000;

/** What a command's end means for its check run: the summary holds the end of what it said. */
export const ciConclusion = (
  command: readonly string[],
  timeoutSeconds: number,
  { code, timedOut, tail }: CommandOutcome,
): { readonly conclusion: string; readonly output: CheckOutput } => {
  const line = `\`${command.join(' ')}\``;
  const end = tail.slice(-quoted).trimEnd();
  const title = timedOut
    ? `timed out after ${timeoutSeconds} s`
    : code === 0
      ? 'passed'
      : code === null
        ? 'did not end by itself'
        : `failed with exit code ${code}`;
  const conclusion = timedOut ? 'timed_out' : code === 0 ? 'success' : 'failure';
  return { conclusion, output: { title, summary: `${line} ${title}\n\n\`\`\`\n${end}\n\`\`\`\n`, text: null } };
};
