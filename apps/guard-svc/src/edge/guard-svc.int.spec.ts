import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, valkeyCommands } from '@rig/testkit';
import { check, countingNote, createGuardStage, type GuardStage } from '../testing/guard-stage.fixture.spec.js';

let stage: GuardStage;
beforeEach(async () => {
  stage = await createGuardStage();
});
afterEach(() => stage.close());

const counted = (blocks: number): Promise<void> =>
  eventually(async () => expect(await stage.books()).toMatchObject({ blocks, waiting: 0 }), { withinMs: 20_000 });
const causes = async (): Promise<readonly unknown[]> =>
  (await stage.spikes()).map(
    (spike) => `${String(spike['agent'])} ${String(spike['cause'])} ${String(spike['blocks'])}`,
  );

describe('the books of guard-svc', () => {
  it('hold what the log says: blocks by agent, rule and task, spikes reported once and answered', async () => {
    for (const minutes of [0, 1, 2]) await stage.block(minutes);
    const service = await stage.start('guard-svc-0');
    for (const minutes of [3, 4, 5]) await stage.block(minutes);
    await stage.block(5, { canary: true });
    await stage.block(5, { agent: 'dev-e-2', rule: 'fs.rm.root', taskId: '0197f3a0-0000-8000-8000-000000000001' });
    await counted(7);
    expect(await causes()).toEqual(['dev-e-1 burst 5']);
    const answer = await fetch(`${service.url}/v1/statistics?days=3660`, {
      headers: { authorization: `Bearer ${await stage.token('operator', 'operator')}` },
    });
    expect(await answer.json()).toMatchObject({
      statistics: [
        { agent: 'dev-e-1', rule: 'priv.sudo', taskId: null, blocks: 6, firstAt: '2026-03-02T12:00:00.000Z' },
        { agent: 'dev-e-2', rule: 'fs.rm.root', taskId: '0197f3a0-0000-8000-8000-000000000001', blocks: 1 },
      ],
    });
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/rig_guard_blocks_total\{rule="priv.sudo",service="guard-svc"\} 6/);
    expect(metrics).toMatch(/rig_guard_spikes_total\{cause="burst",service="guard-svc"\} 1/);
  });

  it('know an agent’s habit, by the times in the events', async () => {
    const day = 24 * 60;
    for (let n = 7; n > 0; n--) await stage.block(-n * day + day / 2);
    await stage.start('guard-svc-0');
    for (const minutes of [0, 25, 50]) await stage.block(minutes);
    await counted(10);
    expect(await causes()).toEqual(['dev-e-1 rate 3']);
  });

  it('are the same with two processes at once, however the stream falls to them', async () => {
    await Promise.all([stage.start('guard-svc-0'), stage.start('guard-svc-1')]);
    const agents = ['dev-e-1', 'dev-e-2', 'dev-e-3'];
    await Promise.all(
      agents.map(async (agent) => {
        for (let n = 0; n < 15; n++) await stage.block(n, { agent });
      }),
    );
    await counted(45);
    // Fifteen minutes: a burst with the fifth block, another when ten minutes have passed.
    const expected = agents.flatMap((agent) => [`${agent} burst 5`, `${agent} burst 10`]);
    expect([...(await causes())].sort()).toEqual(expected.sort());
  });

  it('go on where they were: a process that ended misses nothing and counts nothing twice', async () => {
    const first = await stage.start('guard-svc-0');
    for (const minutes of [0, 1, 2]) await stage.block(minutes);
    await counted(3);
    expect(await first.stop()).toBe(true);
    expect(await stage.books()).toMatchObject({ position: await stage.head() });
    for (const minutes of [3, 4]) await stage.block(minutes);
    await stage.start('guard-svc-0');
    await counted(5);
    expect(await causes()).toEqual(['dev-e-1 burst 5']);
  });

  it('survive a stream that was wiped, from the log', async () => {
    await stage.start('guard-svc-0');
    await stage.block(0);
    await counted(1);
    await valkeyCommands(new URL(stage.servers.valkey), [['FLUSHDB']]);
    for (const minutes of [1, 2, 3, 4]) await stage.block(minutes);
    await counted(5);
    expect(await causes()).toEqual(['dev-e-1 burst 5']);
  });

  it('can be made anew: the same spikes, and no event that was not there', async () => {
    const first = await stage.start('guard-svc-0');
    for (const minutes of [0, 1, 2, 3, 4, 30, 31, 32, 33, 34]) await stage.block(minutes);
    await counted(10);
    const [spikes, head] = [await stage.spikes(), await stage.head()];
    expect(spikes).toHaveLength(2);
    await first.stop();
    await stage.pool.query(
      'truncate guard.blocks, guard.statistics, guard.spikes; update guard.checkpoint set position = 0',
    );
    await stage.start('guard-svc-0');
    await counted(10);
    expect([await stage.spikes(), await stage.head()]).toEqual([spikes, head]);
  });

  it('are made anew when the log was restored from an older copy', async () => {
    await stage.block(0);
    const first = await stage.start('guard-svc-0');
    await counted(1);
    await first.stop();
    await stage.pool.query('update guard.checkpoint set position = 999');
    await stage.start('guard-svc-0');
    await counted(1);
    await eventually(async () => expect(await stage.books()).toMatchObject({ position: 1 }));
  });
});

describe('a block that is found over HTTP', () => {
  it('is reported once, counted like any other, and answered at once', async () => {
    const service = await stage.start('guard-svc-0');
    const token = await stage.token('dev-e-1', 'work');
    await eventually(async () => expect(await countingNote(service)).toBeUndefined());
    const question = { cmd: 'GITHUB_TOKEN=abc sudo ls', id: '0197f3a0-0000-7000-8000-00000000000a' };
    for (let n = 0; n < 2; n++) {
      expect(await check(service, token, question)).toMatchObject({
        status: 200,
        body: { decisions: [{ decision: 'block', rule: 'priv.sudo' }], recorded: true },
      });
    }
    await counted(1);
    const events = await stage.store.readStream('agent/dev-e-1');
    expect(events).toMatchObject([
      { type: 'GUARD_BLOCKED', data: { agent: 'dev-e-1', command: 'GITHUB_TOKEN=*** sudo ls', rule: 'priv.sudo' } },
    ]);
  });
});
