import type { RigEvent } from '@rig/contracts';
import { UNCOUNTED_FAILURES } from '@rig/policy';
import { after, allOf, lastOf, onStream } from './history.js';
import { brief, say, type ExplainInput, type Statement } from './statement.js';

export type Setback = RigEvent & { readonly type: 'ATTEMPT_LOST' | 'WORK_FAILED' };

const resetPull = (history: readonly RigEvent[]): RigEvent | undefined => {
  let head: string | undefined;
  let moved: RigEvent | undefined;
  for (const event of allOf(history, ['PR_OPENED', 'PR_UPDATED', 'PR_UNBLOCKED'])) {
    if (event.type === 'PR_UNBLOCKED') {
      moved = event;
      continue;
    }
    if (head !== undefined && head !== event.data.headSha) moved = event;
    head = event.data.headSha;
  }
  return moved;
};

/** Lost and failed attempts that count now: since the issue was unblocked; at a pull request since its head moved too. */
export const setbacksOf = ({ history }: ExplainInput, at: 'issue' | 'pull'): readonly Setback[] => {
  const stream = onStream(history, at);
  const since = at === 'issue' ? lastOf(stream, ['ISSUE_UNBLOCKED']) : resetPull(stream);
  return allOf(after(stream, since), ['ATTEMPT_LOST', 'WORK_FAILED']);
};

export const isCounted = (setback: Setback): boolean =>
  setback.type === 'ATTEMPT_LOST' || !UNCOUNTED_FAILURES.includes(setback.data.code);

const what = (setback: Setback): string =>
  setback.type === 'ATTEMPT_LOST'
    ? `was lost: ${brief(setback.data.reason)}`
    : `failed with ${setback.data.code}: ${brief(setback.data.message)}`;

/** "attempt 2 because…": one sentence for each earlier attempt, and how many are allowed. */
export const becauseOf = (input: ExplainInput, at: 'issue' | 'pull'): readonly Statement[] => {
  const setbacks = setbacksOf(input, at);
  const counted = setbacks.filter(isCounted).length;
  const told = setbacks.map((setback, index) =>
    say(
      `attempt ${index + 1} by ${setback.data.agent} ${what(setback)}${isCounted(setback) ? '' : ' (not counted)'}`,
      setback,
    ),
  );
  if (told.length === 0) return [];
  return [
    ...told,
    say(`${counted} of ${input.policy.maxAttempts} attempts are used up`, ...setbacks.filter(isCounted)),
  ];
};
