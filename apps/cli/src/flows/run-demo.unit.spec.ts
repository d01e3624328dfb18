import { describe, expect, it } from '@jest/globals';
import type { RigEvent } from '@rig/contracts';
import { fakeClock } from '@rig/testkit';
import { MERGED, assigned, done, history, opened, taskId } from '../testing/history.js';
import { createRunDemo, labelsOf, type RunDemoDeps, type RunDemoOptions } from './run-demo.js';
import type { RunningSystem } from './start-system.js';

const REPO = 'acme/greeter';
const story = done(assigned(opened(history(), 1), 1, taskId(1)), 1, 2).events;

const world = (events: readonly RigEvent[], file: () => Promise<number> = async () => 1) => {
  const said: string[] = [];
  let stops = 0;
  const system: RunningSystem = {
    conductorUrl: '',
    gatewayUrl: '',
    forgeUrl: '',
    configDir: '',
    services: [],
    add: async () => undefined,
    status: () => [],
    restarts: () => 3,
    stop: async () => void (stops += 1),
  };
  async function* follow(_system: RunningSystem, signal: AbortSignal) {
    yield* events;
    if (signal.aborted) return;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  const deps: RunDemoDeps = {
    startSystem: async () => system,
    issueText: (n) => ({ title: `issue ${n}`, body: '' }),
    fileIssue: file,
    follow,
    commitsOnMain: async () => new Set([MERGED]),
    clock: fakeClock(),
    view: {
      note: () => undefined,
      process: () => undefined,
      event: (event) => said.push(event.type),
      ended: (reason) => said.push(reason),
    },
  };
  return { deps, said, stops: () => stops };
};

const options = (more: Partial<RunDemoOptions> = {}): RunDemoOptions => ({
  repo: REPO,
  issues: 1,
  agents: 1,
  seed: 1,
  timeoutMs: 5_000,
  signal: new AbortController().signal,
  ...more,
});

describe('a demo', () => {
  it('ends when its issue is done, says so, and stops the system', async () => {
    const { deps, said, stops } = world(story);
    const summary = await createRunDemo(deps)(options());
    expect(summary).toMatchObject({ ok: true, merged: 1, restarts: 3, mergeCommits: [MERGED] });
    expect(said).toEqual(['ISSUE_OPENED', 'ISSUE_ASSIGNED', 'ISSUE_DONE', 'settled']);
    expect(stops()).toBe(1);
  });

  it('calls an issue lost when time is up, and stops the system', async () => {
    const { deps, said, stops } = world(story.slice(0, 2));
    const summary = await createRunDemo(deps)(options({ timeoutMs: 50 }));
    expect(summary).toMatchObject({ ok: false, merged: 0, lost: 1 });
    expect(said.at(-1)).toBe('timeout');
    expect(stops()).toBe(1);
  });

  it('is interrupted by Ctrl-C even while it files issues', async () => {
    const stop = new AbortController();
    const { deps, stops } = world([], async () => {
      stop.abort();
      return 1;
    });
    await expect(createRunDemo(deps)(options({ issues: 40, signal: stop.signal }))).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(stops()).toBe(1);
  });

  it('fails when an issue cannot be filed, and stops the system', async () => {
    const { deps, stops } = world([], async () => Promise.reject(new Error('the forge said no')));
    await expect(createRunDemo(deps)(options())).rejects.toThrow('the forge said no');
    expect(stops()).toBe(1);
  });

  it('gives a crowd different priorities, and one issue P1', () => {
    expect(labelsOf(1, 1, 9)).toEqual(['agent-ready', 'P1']);
    expect([1, 2, 3, 4].map((n) => labelsOf(n, 4, 0)[1])).toEqual(['P1', 'P2', 'P3', 'P0']);
  });
});
