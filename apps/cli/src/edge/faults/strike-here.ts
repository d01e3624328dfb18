/**
 * Preloaded (`node --import`) into every process of the fault suite: at a fault point whose order lies in this process's
 * folder (RIG_FAULT_DIR) it ends or stops the process. Orders are files, so that they can be given at any time, to a
 * process that runs, and are gone before the process is.
 */
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createFaultHook } from '../../core/faults/fault-order.js';

const folder = process.env['RIG_FAULT_DIR'];

const orderAt = (file: string): string | undefined => {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  } catch {
    // Taken back between the two calls.
    return undefined;
  }
};

if (folder !== undefined) {
  // Not handed on to the processes this one starts.
  delete process.env['RIG_FAULT_DIR'];
  const hook = createFaultHook({
    orderFor: (name) => orderAt(`${folder}/armed/${name}`),
    onFirst: (name) => appendFileSync(`${folder}/passed`, `${name}\n`),
    strike: ({ name, kind }) => {
      rmSync(`${folder}/armed/${name}`, { force: true });
      appendFileSync(`${folder}/struck`, `${name}\n`);
      process.kill(process.pid, kind === 'kill' ? 'SIGKILL' : 'SIGSTOP');
    },
  });
  Reflect.set(globalThis, Symbol.for('rig.fault-points'), hook);
}
