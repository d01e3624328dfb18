import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { CLIENTS, type ClientName, type Scope } from '@rig/hooks';
import { usageError } from '../../core/arguments.js';

const isClient = (name: string): name is ClientName => CLIENTS.some((client) => client === name);

/** The clients named; `all` means all. */
export const clientsFrom = (given: unknown): readonly ClientName[] => {
  const names = (Array.isArray(given) ? given : [given]).flatMap((name) => String(name).split(','));
  if (names.includes('all')) return CLIENTS;
  const unknown = names.find((name) => !isClient(name));
  if (unknown === undefined) return [...new Set(names.filter(isClient))];
  throw usageError(`--client "${unknown}" is not known`, `One of: ${CLIENTS.join(', ')}, all`);
};

/** Root installs for everybody, everybody else for themselves, unless they say otherwise. */
export const scopeFrom = (given: Record<string, unknown>): Scope => {
  if (given['managed'] === true && given['user'] === true) {
    throw usageError('--managed and --user are both given', 'Name one of them.');
  }
  if (given['managed'] === true) return 'managed';
  if (given['user'] === true) return 'user';
  return process.getuid?.() === 0 ? 'managed' : 'user';
};

/** Where the hook itself goes: for everybody, or below the person's own data. */
export const kitFrom = (given: unknown, scope: Scope): string => {
  if (typeof given === 'string') return resolve(given);
  if (scope === 'managed') return '/opt/rig/guard';
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'rig/guard');
};

/** The policy named, else the one of RIG_CONFIG_DIR if there is one. */
export const policyFrom = (given: unknown): string | null => {
  if (typeof given === 'string') return resolve(given);
  const folder = process.env['RIG_CONFIG_DIR'];
  const file = folder === undefined || folder === '' ? undefined : resolve(folder, 'guard.policy.yaml');
  return file !== undefined && existsSync(file) ? file : null;
};
