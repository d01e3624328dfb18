import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@rig/testkit';
import { createProcesses, type Processes } from '../testing/processes.fixture.spec.js';

// Whole processes, killed as the kernel kills them; needs the build.
let system: Processes;
beforeAll(async () => {
  system = await createProcesses();
}, 90_000);
afterAll(() => system.close());

const NOON = Date.UTC(2026, 2, 2, 12);
const MINUTE = 60_000;
const WITHIN = { withinMs: 30_000 };

const rows = async (what: 'blocks' | 'spikes', agent: string): Promise<readonly Record<string, unknown>[]> =>
  (await system.read(`/api/guard/${what}?agent=${agent}&limit=500`))[what] as Record<string, unknown>[];

const statistics = async (url: string, agent: string): Promise<number> => {
  const answer = await fetch(`${url}/v1/statistics?days=3660&agent=${agent}`, {
    headers: { authorization: `Bearer ${system.operator}` },
  });
  const { statistics: found } = (await answer.json()) as { statistics: { blocks: number }[] };
  return found.reduce((sum, { blocks }) => sum + blocks, 0);
};

describe('a block that a worker reports', () => {
  it('stands in /api/guard/blocks, page by page, without guard-svc and with it', async () => {
    for (let n = 0; n < 4; n++) {
      expect(await system.block('dev-e-1', `sudo ${n}`, NOON + n * MINUTE)).toBe(202);
      // The conductor decides several facts at the same time: one after the other, so that their order is known.
      await eventually(async () => expect(await rows('blocks', 'dev-e-1')).toHaveLength(n + 1), WITHIN);
    }
    const first = await system.read('/api/guard/blocks?limit=3&rule=priv.sudo');
    expect(first).toMatchObject({ blocks: [{ command: 'sudo 3', reportedBy: 'dev-e-1' }, {}, { command: 'sudo 1' }] });
    const second = await system.read(`/api/guard/blocks?limit=3&before=${String(first['next'])}`);
    expect(second).toMatchObject({ blocks: [{ command: 'sudo 0' }], next: null });
    const since = new Date(NOON + 2 * MINUTE).toISOString();
    expect((await system.read(`/api/guard/blocks?since=${since}`))['blocks']).toHaveLength(2);
    expect(await system.read('/api/guard/blocks?agent=NOT/AN/AGENT')).toMatchObject({ code: 'QUERY_INVALID' });
  }, 60_000);

  it.each(['guard.before-commit', 'guard.after-commit'])(
    'is counted once although guard-svc is killed at %s, and the spike is reported once',
    async (point) => {
      const agent = point === 'guard.before-commit' ? 'dev-e-1' : 'dev-e-2';
      const struck = await system.startGuard('guard-svc-0', { at: point, passing: 5 });
      const reported = agent === 'dev-e-1' ? 4 : 0;
      for (let n = reported; n < 7; n++) await system.block(agent, `sudo ${n}`, NOON + n * MINUTE);
      expect(await struck.ended).toBe('SIGKILL');
      const again = await system.startGuard('guard-svc-0');
      await eventually(async () => expect(await statistics(again.url, agent)).toBe(7), WITHIN);
      await eventually(
        async () => expect(await rows('spikes', agent)).toMatchObject([{ cause: 'burst', blocks: 5 }]),
        WITHIN,
      );
      expect(await again.kill('SIGTERM')).toBe('0');
    },
    90_000,
  );
});
