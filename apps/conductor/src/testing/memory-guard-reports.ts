import type { EventStore } from '@rig/event-store';
import { guardRowOf, type GuardRow } from '../core/guard/guard-row.js';
import { TIMELINE_REPORTS, type ReadGuardReports } from '../flows/guard-reports.js';
import { typedEvent } from '../flows/projections.js';

/** The same answers as the table gives, by going through the log. */
export const guardReportsOver = (store: Pick<EventStore, 'readAll'>): ReadGuardReports => {
  const all = async (): Promise<readonly GuardRow[]> =>
    (await store.readAll(0, 10_000)).flatMap((event) => guardRowOf(typedEvent(event)) ?? []);
  return {
    guardReports: async (query) => {
      const { agent, rule, task, since, canary, before, limit } = query;
      const wanted = (row: GuardRow): boolean =>
        row.type === query.type &&
        (agent === undefined || row.data.agent === agent) &&
        (task === undefined || row.data.taskId === task) &&
        (before === undefined || row.position < before) &&
        (rule === undefined || (row.type === 'GUARD_BLOCKED' && row.data.rule === rule)) &&
        (since === undefined || (row.type === 'GUARD_BLOCKED' && row.data.blockedAt >= since)) &&
        (canary === undefined || (row.type === 'GUARD_BLOCKED' && row.data.canary) === canary);
      return (await all()).filter(wanted).reverse().slice(0, limit);
    },
    guardReportsOn: async (subjects) =>
      (await all()).filter(({ data }) => subjects.includes(data.taskSubject ?? '')).slice(-TIMELINE_REPORTS),
  };
};
