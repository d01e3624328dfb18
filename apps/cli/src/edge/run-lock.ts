import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RigError } from '@rig/kernel';
import { errorCode } from './error-code.js';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
};

/** The start time of a process, by which a re-used pid is told from the one that took the lock; Linux only. */
const startTimeOf = async (pid: number): Promise<string> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};

const holderOf = async (file: string): Promise<number | undefined> => {
  const [pidText = '', started = ''] = (await readFile(file, 'utf8').catch(() => '')).trim().split(' ');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  return started === '' || started === (await startTimeOf(pid)) ? pid : undefined;
};

/** Takes the lock of a checkout or says who has it; the answer gives it back. */
export const takeLock = async (file: string): Promise<() => Promise<void>> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const mine = `${process.pid} ${await startTimeOf(process.pid)}`;
  for (let tries = 0; tries < 3; tries++) {
    try {
      await writeFile(file, `${mine}\n`, { flag: 'wx', mode: 0o600 });
      return () => rm(file, { force: true });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    const holder = await holderOf(file);
    if (holder !== undefined) {
      throw new RigError({
        code: 'ALREADY_UP',
        kind: 'terminal',
        message: `another \`rig up\` runs in this checkout (process ${holder})`,
        fix: `Use it (\`./rig status\`), or stop it with Ctrl-C or \`kill ${holder}\`.`,
      });
    }
    await rm(file, { force: true });
  }
  throw new RigError({
    code: 'LOCK_CONTENDED',
    kind: 'retryable',
    message: `the lock ${file} changed hands too often`,
    fix: 'Try again.',
  });
};
