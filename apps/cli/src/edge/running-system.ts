import { readFile } from 'node:fs/promises';
import { messageOf, RigError } from '@rig/kernel';
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

/**
 * A system that runs somewhere else, for example on a cluster: RIG_CONDUCTOR_URL says where, RIG_OPERATOR_TOKEN_FILE holds
 * the operator's token, RIG_GATEWAY_URL is needed by the commands that send something to the gateway.
 */
const elsewhere = (env: NodeJS.ProcessEnv): RunRecord | undefined => {
  const conductorUrl = env['RIG_CONDUCTOR_URL'] ?? '';
  if (conductorUrl === '') return undefined;
  const operatorTokenFile = env['RIG_OPERATOR_TOKEN_FILE'] ?? '';
  const gatewayUrl = env['RIG_GATEWAY_URL'] ?? '';
  if (URL.canParse(conductorUrl) && operatorTokenFile !== '') {
    return {
      pid: process.pid,
      startedAt: '',
      root: '',
      conductorUrl,
      gatewayUrl: gatewayUrl === '' ? conductorUrl : gatewayUrl,
      forgeUrl: null,
      operatorTokenFile,
      webhookSecretFile: env['GITHUB_WEBHOOK_SECRET_FILE'] ?? '',
      configDir: env['RIG_CONFIG_DIR'] ?? '',
      keysDir: env['RIG_KEYS_DIR'] ?? '',
      logs: '',
      // Those whose addresses are known; the others have no way in from here.
      services: [
        { name: 'conductor', url: conductorUrl },
        ...(gatewayUrl === '' ? [] : [{ name: 'gateway', url: gatewayUrl }]),
      ],
    };
  }
  throw new RigError({
    code: 'CONFIG_INVALID',
    kind: 'terminal',
    message: 'RIG_CONDUCTOR_URL is set, but it is no URL or RIG_OPERATOR_TOKEN_FILE is not set',
    fix: "Set both: where the conductor is, with http:// or https://, and a file with the operator's token.",
  });
};

const readToken = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new RigError({
      code: 'TOKEN_FILE_UNREADABLE',
      kind: 'terminal',
      message: `the operator's token cannot be read: ${messageOf(cause)}`,
      fix: 'Set RIG_OPERATOR_TOKEN_FILE to a file that holds it and that you may read.',
    });
  }
};

/** The running system and how to ask it; an error with the fix if there is none. */
export const connect = async (): Promise<{ record: RunRecord; api: ConductorApi; token: string }> => {
  const record = elsewhere(process.env) ?? (await findRunning());
  if (record === undefined) {
    throw new RigError({
      code: 'NOT_UP',
      kind: 'terminal',
      message: 'no system runs in this checkout',
      fix: 'Start one with `./rig up`, or set RIG_CONDUCTOR_URL and RIG_OPERATOR_TOKEN_FILE to ask one elsewhere.',
    });
  }
  const token = await readToken(record.operatorTokenFile);
  return { record, token, api: createConductorApi({ url: record.conductorUrl, token }) };
};
