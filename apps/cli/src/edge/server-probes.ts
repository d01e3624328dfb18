import { access, constants, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRigError, messageOf } from '@rig/kernel';
import { findValkey, postgresFolder, valkeyInstallCommand } from '@rig/embedded';
import { parseAgentsFile, parsePolicyFile } from '@rig/policy';
import type { Finding } from '../core/diagnosis.js';
import { POSTGRES, VALKEY, type ServerKind } from '../core/server-address.js';
import type { Probe } from '../flows/diagnose.js';
import { lookAtServer } from './own-servers.js';

type Look = Omit<Finding, 'name'>;
export type Environment = Readonly<Record<string, string | undefined>>;

const missing = (error: unknown): Look => ({
  state: 'missing',
  detail: messageOf(error),
  ...(isRigError(error) && error.fix !== undefined ? { fix: error.fix } : {}),
});

const given = async (kind: ServerKind, value: string): Promise<Look> => {
  const look = await lookAtServer(kind, value);
  return 'where' in look
    ? { state: 'found', detail: `yours at ${look.where}` }
    : { state: 'missing', detail: look.problem, fix: `unset ${kind.variable}` };
};

const postgres = async (env: Environment): Promise<Look> => {
  const own = env['RIG_POSTGRES_URL'];
  if (own !== undefined && own !== '') return given(POSTGRES, own);
  try {
    return { state: 'found', detail: `17, embedded (${await postgresFolder()})` };
  } catch (error) {
    return missing(error);
  }
};

const valkey = async (env: Environment): Promise<Look> => {
  const own = env['RIG_VALKEY_URL'];
  if (own !== undefined && own !== '') return given(VALKEY, own);
  try {
    const { version, file } = await findValkey({ fetch: false });
    return { state: 'found', detail: `${version} (${file})` };
  } catch {
    const fix = valkeyInstallCommand();
    const debian = await access('/usr/bin/apt-get', constants.X_OK).then(
      () => true,
      () => false,
    );
    return debian
      ? { state: 'advice', detail: 'not here yet; the first start fetches it (needs the network)', fix }
      : { state: 'missing', detail: 'neither valkey-server nor redis-server 7 is on PATH', fix };
  }
};

const readable = async (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  );

/** Real GitHub is set up by variables; a half-set one is the usual mistake. */
const github = async (env: Environment): Promise<Look> => {
  const set = (name: string): boolean => (env[name] ?? '') !== '';
  const roles = ['CONDUCTOR', 'AUTHOR', 'REVIEWER'];
  const names = roles.flatMap((role) => [`GITHUB_${role}_APP_ID`, `GITHUB_${role}_PRIVATE_KEY_FILE`]);
  const secret = set('GITHUB_WEBHOOK_SECRET') || set('GITHUB_WEBHOOK_SECRET_FILE');
  const present = names.filter(set);
  if (present.length === 0 && !secret) return { state: 'found', detail: 'not set up; a local forge is used' };
  const absent = [...names.filter((name) => !set(name)), ...(secret ? [] : ['GITHUB_WEBHOOK_SECRET_FILE'])];
  if (absent.length > 0) {
    return {
      state: 'missing',
      detail: `half set up: ${absent.join(', ')} missing`,
      fix: `export ${absent.join('=… ')}=…`,
    };
  }
  for (const name of names.filter((key) => key.endsWith('_FILE'))) {
    const path = env[name] ?? '';
    if (!(await readable(path)))
      return { state: 'missing', detail: `${name}: ${path} cannot be read`, fix: `chmod 600 ${path}` };
  }
  return { state: 'found', detail: 'three apps and a webhook secret' };
};

const PARSERS = { 'rig.agents.yaml': parseAgentsFile, 'rig.policy.yaml': parsePolicyFile } as const;

/** Where `RIG_CONFIG_DIR` says, else what the first `rig up` of this checkout wrote. */
const configuration = async (env: Environment, written: string): Promise<Look> => {
  const given = env['RIG_CONFIG_DIR'] ?? '';
  if (given === '' && !(await readable(written)))
    return { state: 'found', detail: `rig up will write it to ${written} (RIG_CONFIG_DIR is not set)` };
  const folder = given === '' ? written : given;
  for (const [name, parse] of Object.entries(PARSERS)) {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return { state: 'missing', detail: `${path} cannot be read`, fix: `touch ${path}` };
    const parsed = parse(text);
    if (!parsed.ok) {
      const detail = `${parsed.refusal.message}; what was good before stays in force until a restart`;
      return { state: 'missing', detail, fix: `edit ${path}, then ./rig policy check ${path}` };
    }
  }
  return { state: 'found', detail: folder };
};

/** What Rig itself stands on: its two servers, its forge, its configuration. */
export const serverProbes = (env: Environment, writtenConfig: string): Probe[] => [
  { name: 'Postgres', look: () => postgres(env) },
  { name: 'Valkey', look: () => valkey(env) },
  { name: 'GitHub', look: () => github(env) },
  { name: 'configuration', look: () => configuration(env, writtenConfig) },
];
