import type { History } from '../../core/faults/history.js';
import type { World } from '../../flows/faults/world.js';
import type { Servers } from './servers.js';

const send = (pid: number | null, signal: NodeJS.Signals): boolean => {
  if (pid === null || pid <= 0) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
};

/** Signals to processes by name, written down. */
export const createSignals =
  (servers: Servers, processes: World['processes'], history: History): World['signal'] =>
  (name, signal) => {
    const pid =
      name === 'postgres' || name === 'valkey'
        ? servers[name].pid()
        : (processes().find((one) => one.name === name)?.pid ?? null);
    const sent = send(pid, signal);
    if (sent) history.add({ op: 'signal', process: name, signal });
    return sent;
  };
