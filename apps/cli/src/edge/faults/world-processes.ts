import { spoolBacklog } from '@rig/spool';
import type { AttemptEnd, History } from '../../core/faults/history.js';
import type { RunPaths } from '../../core/run-paths.js';
import type { World } from '../../flows/faults/world.js';
import type { RunningSystem } from '../../flows/start-system.js';
import { readProcessLog } from './process-log.js';
import { createReadiness } from './readiness.js';
import type { Servers } from './servers.js';
import { createSignals } from './signals.js';
import type { WorldPlan } from './world-plan.js';

export interface WorldProcessesOptions {
  readonly paths: RunPaths;
  readonly history: History;
  readonly servers: Servers;
  readonly plan: WorldPlan;
}

type Processes = Pick<World, 'processes' | 'ready' | 'log' | 'signal' | 'startTwin' | 'startLater' | 'spooled'> & {
  /** The last words of all workers' attempts. */
  attemptEnds(): Promise<readonly AttemptEnd[]>;
};

/** The processes of a running system, and what is done to them. */
export const createWorldProcesses = (options: WorldProcessesOptions, system: RunningSystem): Processes => {
  const { paths, history, servers, plan } = options;
  const processes: World['processes'] = () => system.status().map(({ name, pid }) => ({ name, pid }));
  return {
    processes,
    ready: createReadiness(plan),
    log: (name) => readProcessLog(paths.logs, name),
    signal: createSignals(servers, processes, history),
    startTwin: async (name, as) => system.add([await plan.twin(name, as)]),
    startLater: () => system.add(plan.later()),
    spooled: async (worker) => {
      const root = plan.variable(worker, 'RIG_WORK_DIR') ?? paths.work;
      return spoolBacklog(`${root}/spool/${worker}/reports`);
    },
    attemptEnds: async () => {
      const logs = await Promise.all(processes().map(({ name }) => readProcessLog(paths.logs, name)));
      return logs
        .flat()
        .filter(({ message }) => message === 'an attempt ended')
        .map(({ taskId, fence, end }) => ({ taskId: String(taskId), fence: Number(fence), end: String(end) }));
    },
  };
};
