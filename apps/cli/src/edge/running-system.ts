import { readFile } from 'node:fs/promises';
import { RigError } from '@rig/kernel';
import { RunRecord } from '../core/run-record.js';
import { rigHome } from './checkout.js';
import { createConductorApi, type ConductorApi } from './conductor-api.js';

export const recordFile = (): string => `${rigHome()}/run.json`;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** The running `rig up` of this checkout, if there is one. */
export const findRunning = async (): Promise<RunRecord | undefined> => {
  const text = await readFile(recordFile(), 'utf8').catch(() => '');
  if (text === '') return undefined;
  const record = RunRecord.safeParse(JSON.parse(text));
  return record.success && isAlive(record.data.pid) ? record.data : undefined;
};

/** The running system and how to ask it; an error with the fix if there is none. */
export const connect = async (): Promise<{ record: RunRecord; api: ConductorApi; token: string }> => {
  const record = await findRunning();
  if (record === undefined) {
    throw new RigError({
      code: 'NOT_UP',
      kind: 'terminal',
      message: 'no system runs in this checkout',
      fix: 'Start one with `./rig up`.',
    });
  }
  const token = await readFile(record.operatorTokenFile, 'utf8');
  return { record, token, api: createConductorApi({ url: record.conductorUrl, token }) };
};
