import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leaseKey } from '@rig/contracts';
import type { RunningService } from '@rig/nest-kit';
import { eventually } from '@rig/testkit';
import { approvedIssue, createHistory, issue, taskOf, type History } from '../testing/history.fixture.spec.js';
import { startRig, type TestRig } from '../testing/rig.fixture.spec.js';
import { SCHEMA } from './board-store.js';

let rig: TestRig;
let history: History;

beforeEach(async () => {
  rig = await startRig();
  history = createHistory();
});
afterEach(() => rig.close());

/** Appends what the history has beyond the log. */
const createCommit = (): (() => Promise<void>) => {
  let done = 0;
  return async () => {
    await rig.append(history.events.slice(done));
    done = history.events.length;
  };
};

const noteOf = async (service: RunningService): Promise<string> => {
  const response = await fetch(`${service.url}/readyz`);
  const body = (await response.json()) as { parts: { name: string; note?: string }[] };
  return body.parts.find(({ name }) => name === 'role')?.note ?? '';
};

const assigned = (): readonly string[] =>
  rig.facts().flatMap((fact) => (fact.type === 'ASSIGN_TASK' ? [`${fact.subject} ${fact.data.agent}`] : []));

const outboxRows = async (): Promise<number> => {
  const found = await rig.pool.query<{ n: number }>(`select count(*)::int as n from ${SCHEMA}.outbox`);
  return found.rows[0]?.n ?? -1;
};

describe('a dispatcher on real servers', () => {
  it('makes an approved issue in the log into an assignment on rig:facts, and settles it by its answer', async () => {
    const commit = createCommit();
    approvedIssue(history, 7);
    await commit();
    const service = await rig.start('dispatcher-0');
    await eventually(() => expect(assigned()).toEqual([`${issue(7)} author-1`]));
    expect(await noteOf(service)).toBe('leading at position 2');

    // As it goes on, by the stream: the answer, and another issue.
    history.add(issue(7), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' }, rig.facts()[0]?.id);
    approvedIssue(history, 9);
    await commit();
    await eventually(() => expect(assigned()).toEqual([`${issue(7)} author-1`, `${issue(9)} author-1`]));
    history.add(issue(9), 'ISSUE_ASSIGNED', { taskId: taskOf('b'), agent: 'author-1' }, rig.facts()[1]?.id);
    await commit();
    await eventually(async () => expect(await outboxRows()).toBe(0));
    expect(rig.facts()).toHaveLength(2);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/rig_dispatcher_intents_total\{kind="implement",service="dispatcher"\} 2/);
    expect(metrics).toMatch(/rig_dispatcher_leader\{service="dispatcher"\} 1/);
  });

  it('goes on from its saved board after a restart', async () => {
    const commit = createCommit();
    approvedIssue(history, 7);
    await commit();
    const first = await rig.start('dispatcher-0');
    await eventually(() => expect(assigned()).toHaveLength(1));
    expect(await first.stop()).toBe(true);
    const saved = await rig.pool.query<{ position: number }>(`select position from ${SCHEMA}.snapshots`);
    expect(saved.rows).toEqual([{ position: 2 }]);
    history.add(issue(7), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' }, rig.facts()[0]?.id);
    history.add(issue(7), 'WORK_COMPLETED', { taskId: taskOf('a'), kind: 'implement', pr: 8 });
    approvedIssue(history, 9);
    await commit();
    const second = await rig.start('dispatcher-0');
    await eventually(() => expect(assigned()).toHaveLength(2));
    expect(await noteOf(second)).toBe('leading at position 6');
    expect(assigned()).toEqual([`${issue(7)} author-1`, `${issue(9)} author-1`]);
  });

  it('is one of two that leads; when its connection is cut, the other takes over', async () => {
    const commit = createCommit();
    const services = { one: await rig.start('dispatcher-0'), two: await rig.start('dispatcher-1') };
    await eventually(async () => expect(await noteOf(services.one)).toMatch(/^leading/));
    await eventually(async () => expect(await noteOf(services.two)).toMatch(/^standby/));
    approvedIssue(history, 7);
    await commit();
    await eventually(() => expect(assigned()).toHaveLength(1));
    history.add(issue(7), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' }, rig.facts()[0]?.id);
    await commit();

    // Again and again, because the one that was cut off may be the faster to lead again.
    await eventually(
      async () => {
        await rig.pool.query(
          `select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a using (pid)
             where l.locktype = 'advisory' and a.application_name = 'dispatcher-0' and a.datname = current_database()`,
        );
        expect(await noteOf(services.two)).toMatch(/^leading/);
      },
      { withinMs: 20_000, everyMs: 100 },
    );
    await eventually(async () => expect(await noteOf(services.one)).toMatch(/^standby/));
    approvedIssue(history, 9);
    await commit();
    await eventually(() => expect(assigned()).toEqual([`${issue(7)} author-1`, `${issue(9)} author-1`]));
    expect(await (await fetch(`${services.one.url}/metrics`)).text()).toMatch(/rig_dispatcher_leader\{[^}]*\} 0/);
  });

  it('takes in a changed policy file', async () => {
    const commit = createCommit();
    await rig.writePolicy('defaults: { dispatch: off }\n');
    approvedIssue(history, 7);
    await commit();
    await rig.start('dispatcher-0');
    await eventually(() =>
      expect(rig.facts()).toMatchObject([{ type: 'ISSUE_DEFERRED', data: { code: 'DISPATCH_OFF' } }]),
    );
    await rig.writePolicy('defaults: { dispatch: on }   # now\n');
    await eventually(() => expect(assigned()).toEqual([`${issue(7)} author-1`]));
  });

  it('reads the leases of running attempts', async () => {
    const commit = createCommit();
    approvedIssue(history, 7);
    history.add(issue(7), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' });
    const { position } = history.add(issue(7), 'ATTEMPT_STARTED', { taskId: taskOf('a'), agent: 'author-1' });
    await commit();
    await rig.bus.markAlive('conductor', 60_000);
    const lease = { key: leaseKey(taskOf('a'), 'author-1'), fence: position, owner: 'author-1/x', ttlMs: 30_000 };
    expect(await rig.bus.renewLease(lease)).toBe(true);
    const service = await rig.start('dispatcher-0');
    await eventually(async () => {
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      expect(metrics).toMatch(/passes_total\{loop="watch-leases",outcome="watched",service="dispatcher"\} [1-9]/);
    });
    expect(rig.facts()).toEqual([]);
  });
});
