import { readFile, readdir, readlink } from 'node:fs/promises';

const cwdOf = (pid: number): Promise<string> => readlink(`/proc/${pid}/cwd`).catch(() => '');

/** A process with a terminal is a person's shell that looks around, not a stray. */
const hasTerminal = async (pid: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4] !== '0';
};

/**
 * Kills processes that still work inside a folder: agents whose worker was killed hard enough that it could not end
 * them. Linux only; elsewhere there is nothing to read and nothing is done.
 */
export const killStrays = async (folder: string): Promise<void> => {
  const entries = await readdir('/proc').catch((): string[] => []);
  const pids = entries.map(Number).filter((pid) => Number.isInteger(pid) && pid > 1 && pid !== process.pid);
  for (const pid of pids) {
    const cwd = await cwdOf(pid);
    if (cwd !== folder && !cwd.startsWith(`${folder}/`)) continue;
    if (await hasTerminal(pid)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended in the meantime, or belongs to someone else.
    }
  }
};
