import type { LoggedEvent } from './invariants.js';

const STARTS: ReadonlySet<string> = new Set(['ISSUE_ASSIGNED', 'REVIEW_ASSIGNED', 'FIX_ASSIGNED']);
const ENDS: ReadonlySet<string> = new Set([
  'ISSUE_UNASSIGNED',
  'REVIEW_UNASSIGNED',
  'FIX_UNASSIGNED',
  'WORK_COMPLETED',
  'WORK_FAILED',
]);

/** Agents that held more tasks at once than they have slots, by the log. */
export const overbooked = (events: readonly LoggedEvent[], slots: number): readonly string[] => {
  const held = new Map<string, Set<string>>();
  const found: string[] = [];
  for (const { type, position, data } of events) {
    const { taskId, agent } = data;
    if (typeof taskId !== 'string') continue;
    if (ENDS.has(type)) for (const tasks of held.values()) tasks.delete(taskId);
    if (!STARTS.has(type) || typeof agent !== 'string') continue;
    const tasks = held.get(agent) ?? new Set<string>();
    held.set(agent, tasks.add(taskId));
    if (tasks.size > slots) found.push(`I1: ${agent} holds ${tasks.size} tasks at ${position}, and has ${slots} slots`);
  }
  return found;
};

/** The value below which a part (0 to 1) of the numbers lies; 0 for none. */
export const quantile = (numbers: readonly number[], part: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.max(0, Math.ceil(numbers.length * part) - 1)] ?? 0;

/** Answers to a load that are not as they must be. */
export const answerFaults = (
  answers: readonly { readonly status: number; readonly retryAfter: string | null }[],
): readonly string[] => {
  const strange = answers.filter(({ status }) => ![202, 429, 503].includes(status)).map(({ status }) => status);
  const silent = answers.filter(({ status, retryAfter }) => status !== 202 && retryAfter === null && status !== 0);
  return [
    ...[...new Set(strange)].map((status) => {
      const count = strange.filter((one) => one === status).length;
      return `under load ${count} deliveries were answered with ${status}`;
    }),
    ...(silent.length === 0 ? [] : [`${silent.length} refusals under load did not say when to come again`]),
  ];
};
