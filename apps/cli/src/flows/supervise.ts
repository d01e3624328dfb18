import { RigError, type Clock } from '@rig/kernel';
import type { ProcessEvent, ProcessSpec } from '../core/process-spec.js';
import { afterDeath, type RestartPolicy } from '../core/restart-policy.js';

/** A child process as the supervisor sees it. */
export interface RunningProcess {
  /** 0 when it could not be started. */
  readonly pid: number;
  /** Settles with how it ended (`exit code 1`, `SIGKILL`); never rejects. */
  readonly exited: Promise<string>;
  /** Asks it to end, and after `graceMs` ends it and everything in its process group. Resolves when it is gone. */
  end(graceMs: number): Promise<void>;
  /** Kills what a dead process left behind in its group. */
  sweep(): void;
}

export interface SuperviseDeps {
  launch(spec: ProcessSpec): RunningProcess;
  /** Does `url` answer 200 now? Has its own short deadline; never rejects. */
  probe(url: string): Promise<boolean>;
  readonly clock: Clock;
  notify(event: ProcessEvent): void;
  /** What the operator should look at when a process does not come up. */
  explain(name: string): Promise<string>;
  /** When to restart what died. Default: `afterDeath`. */
  readonly policy?: RestartPolicy | undefined;
}

export interface ProcessStatus {
  readonly name: string;
  readonly pid: number | null;
  readonly state: 'running' | 'restarting' | 'given-up' | 'stopped';
  readonly restarts: number;
}

export interface Supervisor {
  /** Starts a group of processes and waits until each answers on its readyUrl. */
  start(group: readonly ProcessSpec[], readyWithinMs: number): Promise<void>;
  /** Ends all, the last group first. May be called twice; also ends a `start` that is still waiting. */
  stop(): Promise<void>;
  status(): readonly ProcessStatus[];
}

interface Kept {
  readonly spec: ProcessSpec;
  child: RunningProcess | undefined;
  state: ProcessStatus['state'];
  restarts: number;
  done: Promise<void>;
}

const PROBE_EVERY_MS = 75;

/** One life of a process: starts it, waits for its end. */
const liveOnce = async (deps: SuperviseDeps, kept: Kept): Promise<{ how: string; uptimeMs: number }> => {
  const startedAt = deps.clock.now();
  const child = deps.launch(kept.spec);
  kept.child = child;
  kept.state = 'running';
  deps.notify({ kind: 'started', name: kept.spec.name, pid: child.pid });
  const how = await child.exited;
  child.sweep();
  return { how, uptimeMs: deps.clock.now() - startedAt };
};

const keepAlive = async (deps: SuperviseDeps, kept: Kept, stopping: AbortSignal): Promise<void> => {
  const { name } = kept.spec;
  let fastDeaths = 0;
  while (!stopping.aborted) {
    const { how, uptimeMs } = await liveOnce(deps, kept);
    if (stopping.aborted) break;
    const next = (deps.policy ?? afterDeath)(fastDeaths, uptimeMs);
    fastDeaths = next.fastDeaths;
    if (!next.restart) {
      kept.state = 'given-up';
      deps.notify({ kind: 'gave-up', name, how, deaths: fastDeaths });
      return;
    }
    kept.state = 'restarting';
    kept.restarts += 1;
    deps.notify({ kind: 'died', name, how, restartInMs: next.delayMs });
    await deps.clock.sleep(next.delayMs, stopping);
  }
  kept.state = 'stopped';
};

const untilReady = async (deps: SuperviseDeps, kept: Kept, withinMs: number, stopping: AbortSignal): Promise<void> => {
  const deadline = deps.clock.now() + withinMs;
  while (!stopping.aborted) {
    if (await deps.probe(kept.spec.readyUrl)) return;
    if (kept.state === 'given-up' || deps.clock.now() >= deadline) {
      throw new RigError({
        code: 'PROCESS_NOT_READY',
        kind: 'terminal',
        message: `${kept.spec.name} did not become ready within ${Math.round(withinMs / 1000)} s`,
        fix: await deps.explain(kept.spec.name),
      });
    }
    await deps.clock.sleep(PROBE_EVERY_MS, stopping);
  }
  throw new RigError({ code: 'STOPPED', kind: 'terminal', message: 'stopped while starting' });
};

/** Ends the groups one after the other, the last one first. */
const endGroups = async (groups: readonly (readonly Kept[])[]): Promise<void> => {
  for (const group of [...groups].reverse()) {
    await Promise.all(
      group.map(async (kept) => {
        await kept.child?.end(kept.spec.graceMs);
        await kept.done;
      }),
    );
  }
};

const statusOf = ({ spec, child, state, restarts }: Kept): ProcessStatus => ({
  name: spec.name,
  pid: state === 'running' ? (child?.pid ?? null) : null,
  state,
  restarts,
});

/** Keeps groups of processes alive; see core/restart-policy.ts for when it restarts and when it gives up. */
export const createSupervisor = (deps: SuperviseDeps): Supervisor => {
  const groups: Kept[][] = [];
  const stopping = new AbortController();
  const { signal } = stopping;
  let stopped: Promise<void> | undefined;

  return {
    start: async (specs, readyWithinMs) => {
      if (signal.aborted) return;
      const group = specs.map((spec): Kept => {
        const kept: Kept = { spec, child: undefined, state: 'running', restarts: 0, done: Promise.resolve() };
        kept.done = keepAlive(deps, kept, signal);
        return kept;
      });
      groups.push(group);
      await Promise.all(group.map((kept) => untilReady(deps, kept, readyWithinMs, signal)));
    },
    stop: () => {
      stopping.abort();
      return (stopped ??= endGroups(groups));
    },
    status: () => groups.flat().map(statusOf),
  };
};
