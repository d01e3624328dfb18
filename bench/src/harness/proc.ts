import { readdirSync, readFileSync } from 'node:fs';
import { parseStat, type ProcessStat } from '../core/process-stat.js';

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended meanwhile.
    return undefined;
  }
};

/** Whether this machine tells of its processes in files, as Linux does. */
export const hasProc = (): boolean => read('/proc/self/stat') !== undefined;

/** Every process there is. */
export const processes = (): readonly ProcessStat[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = read(`/proc/${name}/stat`);
    const command = read(`/proc/${name}/cmdline`)?.replaceAll('\u0000', ' ');
    const found = stat === undefined || command === undefined ? undefined : parseStat(stat, command);
    return found === undefined ? [] : [found];
  });

/** Resident memory of a process in bytes; NaN when it is gone. */
export const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? Number.NaN) * 1_024;
