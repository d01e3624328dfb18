import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createTokenSigner, generateKeyPair, type TokenScope } from '@rig/agent-kit';
import { systemClock } from '@rig/kernel';
import { aclLine, agentUser, DEFAULT_USER_OFF, serviceUsers } from '@rig/stream-bus';
import { z } from 'zod';
import { AgentId, parseOption, Ttl } from '../../core/arguments.js';
import {
  ADMINISTRATOR,
  keysToBring,
  passwordStatements,
  secretUrls,
  type SecretInput,
} from '../../core/deploy/secret-plan.js';
import { checkoutRoot } from '../checkout.js';
import { printOut } from '../terminal.js';
import { readServices } from './read-services.js';

const address = (...schemes: readonly string[]): z.ZodType<string> =>
  z
    .string({ error: 'is not set' })
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)),
      `is no ${schemes.join(':// or ')}:// address`,
    )
    .refine((text) => !URL.canParse(text) || new URL(text).password === '', 'holds a password; it is made here');

export interface SecretsOptions {
  readonly out: string;
  readonly postgres: string;
  readonly valkey: string;
  readonly agents: readonly string[];
  readonly ttlMs: number;
}

const parseOptions = (given: Record<string, unknown>): SecretsOptions => ({
  out: resolve(parseOption(z.string().min(1), '--out', given['out'], '--out secrets')),
  postgres: parseOption(
    address('postgres', 'postgresql'),
    '--postgres',
    given['postgres'],
    '--postgres postgres://db:5432/rig',
  ),
  valkey: parseOption(
    address('redis', 'rediss', 'valkey', 'valkeys'),
    '--valkey',
    given['valkey'],
    '--valkey redis://valkey:6379',
  ),
  agents: [given['agent'] ?? []].flat().map((id) => parseOption(AgentId, '--agent', id, '--agent dev-e-1')),
  ttlMs: parseOption(Ttl, '--ttl', given['ttl'], '--ttl 365d'),
});

/** Passwords of an earlier run, by user: new ones would lock out what runs. */
const knownPasswords = async (folder: string): Promise<Map<string, string>> => {
  const known = new Map<string, string>();
  for (const name of await readdir(folder).catch(() => [])) {
    const text = (await readFile(join(folder, name), 'utf8')).trim();
    if (name === 'keda.password') known.set('keda', text);
    if (name === 'postgres.password') known.set(ADMINISTRATOR, text);
    if (!name.endsWith('_URL') || !URL.canParse(text)) continue;
    const { username, password } = new URL(text);
    known.set(username, password);
  }
  return known;
};

const usersAcl = (agents: readonly string[], passwordOf: SecretInput['passwordOf']): string => {
  const users = [...serviceUsers, ...agents.map((id) => agentUser(id))];
  const lines = users.map((user) => aclLine(user, createHash('sha256').update(passwordOf(user.name)).digest('hex')));
  return [DEFAULT_USER_OFF, ...lines, ''].join('\n');
};

const tokenKeys = async (keep: (name: string) => Promise<string | undefined>) => {
  const [privateKeyPem, publicKeyPem] = [await keep('agents.private.pem'), await keep('agents.public.pem')];
  return privateKeyPem !== undefined && publicKeyPem !== undefined
    ? { privateKeyPem, publicKeyPem }
    : generateKeyPair();
};

/**
 * Makes every secret of an installation, a file for each key of its Secret, and keeps what is there already. Files are
 * readable, their folder is not: a container's user is not the one who made them.
 * @returns keys that somebody else has to bring
 */
export const writeSecrets = async ({
  out,
  agents,
  ttlMs,
  ...addresses
}: SecretsOptions): Promise<readonly string[]> => {
  await mkdir(out, { recursive: true, mode: 0o700 });
  await chmod(out, 0o700);
  const passwords = await knownPasswords(out);
  const passwordOf = (user: string): string => {
    const password = passwords.get(user) ?? randomBytes(24).toString('hex');
    passwords.set(user, password);
    return password;
  };
  const keep = (name: string): Promise<string | undefined> => readFile(join(out, name), 'utf8').catch(() => undefined);
  const services = await readServices(checkoutRoot);
  const input = { ...addresses, services, agents, passwordOf };
  const keys = await tokenKeys(keep);
  const signer = createTokenSigner({ privateKeyPem: keys.privateKeyPem, clock: systemClock });
  const sign = async (subject: string, scope: TokenScope): Promise<string> =>
    (await signer.sign({ subject, scope, ttlMs })).token;
  const roles = await readFile(join(checkoutRoot, 'deploy/postgres/roles.sql'), 'utf8');
  const files: Record<string, string> = {
    ...secretUrls(input),
    'agents.private.pem': keys.privateKeyPem,
    'agents.public.pem': keys.publicKeyPem,
    'operator.token': await sign('operator', 'operator'),
    'gateway.GITHUB_WEBHOOK_SECRET': (await keep('gateway.GITHUB_WEBHOOK_SECRET')) ?? randomBytes(32).toString('hex'),
    'postgres.password': passwordOf(ADMINISTRATOR),
    'postgres.roles.sql': `${roles}\n${passwordStatements(input)}`,
    'valkey.users.acl': usersAcl(agents, passwordOf),
    'keda.username': 'keda',
    'keda.password': passwordOf('keda'),
  };
  for (const agent of agents) files[`agent-${agent}.enrolment`] = await sign(agent, 'enrol');
  for (const [name, text] of Object.entries(files)) await writeFile(join(out, name), text, { mode: 0o644 });
  const there = new Set(await readdir(out));
  return keysToBring(services).filter((name) => !there.has(name));
};

/** `rig deploy secrets` */
export const runDeploySecrets = async (given: Record<string, unknown>): Promise<number> => {
  const options = parseOptions(given);
  const missing = await writeSecrets(options);
  printOut(`The secrets lie in ${options.out}, readable by you only. What was there was kept.`);
  if (missing.length > 0) printOut(`Put there too: ${missing.join(', ')} (the private keys of the GitHub Apps).`);
  printOut('What agents name under secretEnv in the values is yours to add, a file for each key.');
  printOut(`Then: kubectl create secret generic rig-secrets --from-file=${options.out}`);
  return 0;
};
