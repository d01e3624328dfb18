import { describe, expect, it } from '@jest/globals';
import type { CommittedEnvelope } from '@rig/contracts';
import { fakeClock } from '@rig/testkit';
import type { ProcessEvent, ProcessSpec } from '../core/process-spec.js';
import { history, opened } from '../testing/history.js';
import { followEvents } from './follow-events.js';
import { keepServer } from './keep-server.js';
import { createReplayWebhooks } from './replay-webhooks.js';
import { createSupervisor, type RunningProcess } from './supervise.js';

const spec = (name: string): ProcessSpec => ({
  name,
  entry: '/x.js',
  args: [],
  env: {},
  readyUrl: `http://${name}/readyz`,
  graceMs: 1000,
});

interface Fake extends RunningProcess {
  die(how: string): void;
}

const world = () => {
  const clock = fakeClock();
  const events: ProcessEvent[] = [];
  const ended: string[] = [];
  const children = new Map<string, Fake[]>();
  const ready = new Set<string>();
  const launch = (what: ProcessSpec): Fake => {
    let die: (how: string) => void = () => undefined;
    const exited = new Promise<string>((resolve) => {
      die = resolve;
    });
    const child: Fake = {
      pid: 100 + [...children.values()].flat().length,
      exited,
      die,
      sweep: () => undefined,
      end: async () => {
        ended.push(what.name);
        die('SIGTERM');
      },
    };
    children.set(what.name, [...(children.get(what.name) ?? []), child]);
    return child;
  };
  const supervisor = createSupervisor({
    launch,
    probe: async (url) => ready.has(url),
    clock,
    notify: (event) => events.push(event),
    explain: async (name) => `read ${name}.log`,
  });
  return { clock, events, ended, children, ready, supervisor };
};

describe('the supervisor', () => {
  it('waits for readiness, restarts a killed child after 200 ms and says so', async () => {
    const { clock, events, children, ready, supervisor } = world();
    ready.add('http://a/readyz');
    await supervisor.start([spec('a')], 1000);
    children.get('a')?.[0]?.die('SIGKILL');
    await clock.asleep();
    expect(events.at(-1)).toEqual({ kind: 'died', name: 'a', how: 'SIGKILL', restartInMs: 200 });
    await clock.advance(200);
    expect(children.get('a')).toHaveLength(2);
    expect(supervisor.status()).toMatchObject([{ name: 'a', state: 'running', restarts: 1 }]);
    await supervisor.stop();
    expect(supervisor.status()).toMatchObject([{ state: 'stopped', pid: null }]);
  });

  it('gives up visibly after ten fast deaths', async () => {
    const { clock, events, children, ready, supervisor } = world();
    ready.add('http://a/readyz');
    await supervisor.start([spec('a')], 1000);
    for (let death = 1; death < 10; death++) {
      children.get('a')?.at(-1)?.die('exit code 1');
      await clock.asleep();
      await clock.advance(5000);
    }
    children.get('a')?.at(-1)?.die('exit code 1');
    await clock.advance(1);
    expect(events.at(-1)).toEqual({ kind: 'gave-up', name: 'a', how: 'exit code 1', deaths: 10 });
    expect(children.get('a')).toHaveLength(10);
    await supervisor.stop();
  });

  it('names the process that does not become ready, and its log', async () => {
    const { clock, supervisor } = world();
    const starting = supervisor.start([spec('a')], 1000);
    const failed = expect(starting).rejects.toMatchObject({
      code: 'PROCESS_NOT_READY',
      message: 'a did not become ready within 1 s',
      fix: 'read a.log',
    });
    await clock.asleep();
    await clock.advance(1500);
    await failed;
    await supervisor.stop();
  });

  it('ends the last group first, and a second stop does nothing', async () => {
    const { ended, ready, supervisor } = world();
    for (const name of ['a', 'b', 'c']) ready.add(`http://${name}/readyz`);
    await supervisor.start([spec('a')], 1000);
    await supervisor.start([spec('b'), spec('c')], 1000);
    await Promise.all([supervisor.stop(), supervisor.stop()]);
    expect(ended).toEqual(['b', 'c', 'a']);
  });
});

describe('an embedded server', () => {
  it('is restarted at the same address', async () => {
    const clock = fakeClock();
    const ports: (number | undefined)[] = [];
    const dying: ((how: string) => void)[] = [];
    const kept = await keepServer({
      name: 'valkey',
      start: async (port) => {
        ports.push(port);
        const exited = new Promise<string>((resolve) => dying.push(resolve));
        return { url: 'redis://127.0.0.1:7777/0', pid: 7, exited, stop: async () => dying.at(-1)?.('SIGTERM') };
      },
      clock,
      notify: () => undefined,
    });
    dying[0]?.('SIGKILL');
    await clock.asleep();
    await clock.advance(200);
    expect(ports).toEqual([undefined, 7777]);
    expect(kept.restarts()).toBe(1);
    await kept.stop();
  });
});

describe('following the log', () => {
  const all = [1, 2, 3, 4, 5].reduce((past, n) => opened(past, n), history()).events as readonly CommittedEnvelope[];

  it('gives each event once and in order, whatever the live stream leaves out or repeats', async () => {
    const stop = new AbortController();
    async function* live() {
      yield JSON.stringify(all[1]);
      yield 'not json';
      yield JSON.stringify(all[4]);
    }
    let head = 2;
    const seen: number[] = [];
    const deps = {
      page: async (after: number) => ({ events: all.slice(after, head) }),
      live: () => {
        head = 5;
        return live();
      },
      clock: fakeClock(),
    };
    for await (const event of followEvents(deps, 0, stop.signal)) {
      seen.push(event.position);
      if (seen.length === 5) stop.abort();
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('goes on after the conductor was away', async () => {
    const clock = fakeClock();
    const stop = new AbortController();
    let calls = 0;
    const deps = {
      page: async (after: number) => {
        calls += 1;
        if (calls === 1) throw new Error('connection refused');
        return { events: all.slice(after, 2) };
      },
      live: async function* () {
        yield* [];
      },
      clock,
    };
    const seen: number[] = [];
    const following = (async () => {
      for await (const event of followEvents(deps, 0, stop.signal)) {
        seen.push(event.position);
        if (seen.length === 2) stop.abort();
      }
    })();
    await clock.asleep();
    await clock.advance(300);
    await following;
    expect(seen).toEqual([1, 2]);
  });
});

describe('a replay', () => {
  it('reports what was applied, ignored, not taken and never settled', async () => {
    const clock = fakeClock();
    const run = createReplayWebhooks({
      send: async (event) => (event === 'bad' ? { rejected: '401: no' } : { id: event }),
      outcomes: async (ids) =>
        ids.map((id) => ({
          id,
          status: id === 'issues' ? 'applied' : id === 'star' ? 'ignored' : 'pending',
          reason: id === 'star' ? 'nobody acts on it' : '',
        })),
      clock,
      progress: () => undefined,
    });
    const replaying = run(
      ['issues', 'star', 'bad', 'slow'].map((event) => ({ event, payload: {} })),
      500,
    );
    await clock.asleep();
    await clock.advance(250);
    await clock.asleep();
    await clock.advance(250);
    const report = await replaying;
    expect(report).toMatchObject({ ok: false, sent: 4, applied: 1, ignored: 1, pending: 1, rejected: 1 });
  });
});
