import { usageError } from './arguments.js';
import { APP_ROLES, type AppRole } from './run-paths.js';

/** The forge a system works with. */
export type ForgeChoice =
  | { readonly kind: 'dev-forge' }
  | { readonly kind: 'github'; readonly apiUrl: string; readonly env: Readonly<Record<string, string>> };

const nameOf = (role: AppRole, what: 'APP_ID' | 'PRIVATE_KEY_FILE'): string => `GITHUB_${role.toUpperCase()}_${what}`;

const wanted: readonly string[] = APP_ROLES.flatMap((role) => [
  nameOf(role, 'APP_ID'),
  nameOf(role, 'PRIVATE_KEY_FILE'),
]);

/**
 * GitHub if its variables are set, dev-forge if none is. Half of them is a mistake that is named, not guessed about.
 * GITHUB_API_URL alone decides nothing: CI machines set it for everyone.
 */
export const chooseForge = (env: Readonly<Record<string, string | undefined>>): ForgeChoice => {
  const set = wanted.filter((name) => (env[name] ?? '') !== '');
  const secret = ['GITHUB_WEBHOOK_SECRET', 'GITHUB_WEBHOOK_SECRET_FILE'].filter((name) => (env[name] ?? '') !== '');
  if (set.length === 0) return { kind: 'dev-forge' };
  const missing = wanted.filter((name) => !set.includes(name));
  if (secret.length === 0) missing.push('GITHUB_WEBHOOK_SECRET_FILE');
  if (missing.length > 0) {
    throw usageError(
      `GitHub is half configured: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set`,
      'Set them (README, “Real GitHub”), or unset every GITHUB_*_APP_ID to use dev-forge.',
    );
  }
  const apiUrl = env['GITHUB_API_URL'] ?? 'https://api.github.com';
  const enterprise = env['GITHUB_GIT_URL'] === undefined ? [] : ['GITHUB_GIT_URL'];
  const given = [...wanted, ...secret, ...enterprise].map((name): [string, string] => [name, env[name] ?? '']);
  return { kind: 'github', apiUrl, env: Object.fromEntries([...given, ['GITHUB_API_URL', apiUrl]]) };
};
