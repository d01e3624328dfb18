import type { MemoryView } from '@rig/event-store';
import { issueSubject } from '@rig/contracts';
import { rank, type Pauses } from '@rig/policy';
import type { IssueState } from '../core/issue/issue-state.js';
import type { PullState } from '../core/pull/pull-state.js';
import type { TaskRow } from '../core/task/task-row.js';
import type { FlowDeps } from '../flows/create-flows.js';
import type { EventStore } from '@rig/event-store';
import { guardReportsOver } from './memory-guard-reports.js';
import { issues, pauses, pulls, tasks } from '../flows/projections.js';

const requiredBy = ({ labels }: IssueState): readonly string[] =>
  labels.flatMap((label) => (label.startsWith('requires-') ? [label.slice('requires-'.length)] : [])).sort();

/** Read models over any store, by going through the subjects of its log: slow, and right by construction. */
export const readModelsOver = (store: EventStore): FlowDeps['readModels'] => {
  const keys = async (prefix: string): Promise<readonly string[]> => {
    const events = await store.readAll(0, 10_000);
    return [...new Set(events.map((event) => event.subject))].filter((subject) => subject.startsWith(prefix));
  };
  const all = async <T extends object>(names: readonly string[], load: (key: string) => Promise<T | undefined>) =>
    (await Promise.all(names.map(load))).filter((row): row is Awaited<T> => row !== undefined);
  const allPulls = async (): Promise<readonly PullState[]> => all(await keys('pull/'), (key) => store.load(pulls, key));
  const everyTask = async (): Promise<readonly TaskRow[]> => {
    const events = await store.readAll(0, 10_000);
    const ids = [
      ...new Set(events.flatMap(({ data }) => (typeof data['taskId'] === 'string' ? [data['taskId']] : []))),
    ];
    return all(ids, (key) => store.load(tasks, key));
  };
  const liveTasks = async (agent?: string): Promise<readonly TaskRow[]> =>
    (await everyTask()).filter((row) => row.live && (agent === undefined || row.agent === agent));
  const readyNow = async (): Promise<readonly IssueState[]> => {
    const rows = await all<IssueState>(await keys('issue/'), (key) => store.load(issues, key));
    return rows.filter((issue) => issue.phase === 'ready');
  };
  const pausesInForce = async (): Promise<Pauses> => {
    const events = await store.readAll(0, 10_000);
    const rows = await all([...new Set(events.map(({ subject }) => subject))], (key) => store.load(pauses, key));
    return Object.fromEntries(rows.map((pause) => [pause.subject, pause]));
  };
  return {
    ...guardReportsOver(store),
    liveTasks,
    pauses: pausesInForce,
    standings: async (claimers, hourBegan) => {
      const rows = await everyTask();
      const counted = (row: TaskRow): boolean => row.kind === 'implement' || row.kind === 'review';
      return {
        pauses: await pausesInForce(),
        standings: claimers.map(({ agent, instance }) => {
          const own = rows.filter((row) => row.agent === agent.id);
          const live = own.filter((row) => row.live);
          return {
            held: live.length,
            recent: own.filter((row) => counted(row) && row.assignedAt > hourBegan).length,
            unstarted: live.find((row) => row.fence === null && (row.instance ?? instance) === instance),
          };
        }),
      };
    },
    givenInRepository: async (repo, hourBegan) =>
      (await everyTask()).filter((row) => row.kind === 'implement' && row.repo === repo && row.assignedAt > hourBegan)
        .length,
    readyIssues: async ({ limit, within, now, hourBegan }) => {
      const [rows, given] = [await readyNow(), await everyTask()];
      const recent = given.filter((row) => row.kind === 'implement' && row.assignedAt > hourBegan);
      return rows
        .filter((issue) => (issue.retryAt ?? '') <= now)
        .filter(
          (issue) =>
            within?.some((of) => of.repo === issue.repo && of.requires.join() === requiredBy(issue).join()) ?? true,
        )
        .map((issue) => ({ ...issue, subject: issueSubject(issue.repo, issue.number) }))
        .sort(rank)
        .slice(0, limit)
        .map(({ subject: _subject, ...state }) => ({
          state,
          recentInRepository: recent.filter((row) => row.repo === state.repo).length,
        }));
    },
    readyClasses: async () => {
      const classes = (await readyNow()).map((issue) => ({ repo: issue.repo, requires: requiredBy(issue) }));
      return [...new Map(classes.map((of) => [`${of.repo} ${of.requires.join()}`, of])).values()];
    },
    reviewable: async (limit) =>
      (await allPulls()).filter((pull) => pull.status === 'open' && pull.review === null).slice(0, limit),
    openPulls: async () => (await allPulls()).filter((pull) => pull.status === 'open' && pull.agent !== null),
    pullsByHead: async (repo, sha) =>
      (await allPulls()).filter((pull) => pull.repo === repo && pull.headSha === sha).map(({ number }) => number),
  };
};

/** The slot guard, as the SQL function of the same name. */
const agentHasSlot = (args: unknown, view: MemoryView): boolean => {
  const { agent, slots } = args as { agent: string; slots: number };
  const held = view.rows('tasks').filter(([, row]) => (row as TaskRow).live && (row as TaskRow).agent === agent);
  return held.length < slots;
};

/** The guard against pauses, as the SQL function of the same name. */
const notPaused = (args: unknown, view: MemoryView): boolean => {
  const { subjects } = args as { subjects: readonly string[] };
  return subjects.every((subject) => view.row('pauses', subject) === undefined);
};

/** Every guard of the conductor, for a store in memory. */
export const memoryGuards = { agent_has_slot: agentHasSlot, not_paused: notPaused };
