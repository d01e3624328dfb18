import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseFaultOrder } from '../../core/faults/fault-order.js';
import type { History } from '../../core/faults/history.js';
import type { ProcessSpec } from '../../core/process-spec.js';

/** Beside this file, compiled or not. */
const PRELOAD = import.meta.url.replace(/arming(\.[jt]s)$/, 'strike-here$1');

/** Arms fault points in processes that run, and reads what they passed. */
export interface Arming {
  /** @param point  `<name>[:passing][:kill|stop]`, in force at once and until it struck or was taken back */
  arm(process: string, point: string): void;
  /** Takes every order of a process back that has not struck yet. */
  disarm(process: string): void;
  /** Names of the points that a process passed, over all its lives. */
  passed(process: string): readonly string[];
  /** Names of the points at which a process was struck, in order. */
  struck(process: string): readonly string[];
  adapt(spec: ProcessSpec): ProcessSpec;
}

const linesOf = (file: string): readonly string[] => {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
};

/** @param root  a folder; each process gets one in it */
export const createArming = (root: string, history: History): Arming => {
  const folderOf = (process: string): string => `${root}/${process}`;
  return {
    arm: (process, point) => {
      const order = parseFaultOrder(point);
      if (order === undefined) throw new TypeError(`"${point}" names no fault point`);
      const [draft, file] = [`${folderOf(process)}/draft`, `${folderOf(process)}/armed/${order.name}`];
      mkdirSync(`${folderOf(process)}/armed`, { recursive: true });
      // Whole or not at all: the process may read it at this very moment.
      writeFileSync(draft, point);
      renameSync(draft, file);
      history.add({ op: 'armed', process, point });
    },
    disarm: (process) => {
      rmSync(`${folderOf(process)}/armed`, { recursive: true, force: true });
      mkdirSync(`${folderOf(process)}/armed`, { recursive: true });
    },
    passed: (process) => [...new Set(linesOf(`${folderOf(process)}/passed`))],
    struck: (process) => linesOf(`${folderOf(process)}/struck`),
    adapt: (spec) => {
      mkdirSync(`${folderOf(spec.name)}/armed`, { recursive: true });
      return { ...spec, preloads: [PRELOAD], env: { ...spec.env, RIG_FAULT_DIR: folderOf(spec.name) } };
    },
  };
};
