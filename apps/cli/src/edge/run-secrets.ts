import { generateKeyPair as generate, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { createTokenSigner, generateKeyPair, type TokenScope } from '@rig/agent-kit';
import { RigError, systemClock } from '@rig/kernel';
import { APP_ROLES, appKeyFile, enrolmentFile, type RunPaths } from '../core/run-paths.js';

const generateAsync = promisify(generate);
const DAY_MS = 86_400_000;
/** The enrolment tokens and the operator's are made anew at every start. */
const TOKEN_TTL_MS = 30 * DAY_MS;

/** Writes a file that only its owner can read; whole or not at all. */
export const writePrivate = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, file);
};

const exists = async (file: string): Promise<boolean> =>
  readFile(file).then(
    () => true,
    () => false,
  );

const keepOrMake = async (file: string, make: () => Promise<string>): Promise<string> => {
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '') return known;
  const made = await make();
  await writePrivate(file, made);
  return made;
};

/** A new private key for an App of dev-forge. */
export const makeAppKey = async (): Promise<string> => {
  const { privateKey } = await generateAsync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
};

const tokenKeys = async (paths: RunPaths): Promise<void> => {
  const [priv, pub] = [`${paths.keys}/agents.private.pem`, `${paths.keys}/agents.public.pem`];
  if (!((await exists(priv)) && (await exists(pub)))) {
    const pair = await generateKeyPair();
    await writePrivate(priv, pair.privateKeyPem);
    await writePrivate(pub, pair.publicKeyPem);
  }
  await writePrivate(`${paths.publicKeys}/agents.public.pem`, await readFile(pub, 'utf8'));
};

/** Signs a token with the key of a run. */
export const signWith = async (
  keysDir: string,
  request: { subject: string; scope: TokenScope; ttlMs: number },
): Promise<{ token: string; expiresAt: string }> => {
  const file = `${keysDir}/agents.private.pem`;
  const privateKeyPem = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new RigError({
      code: 'KEYS_MISSING',
      kind: 'terminal',
      message: `there is no signing key at ${file}`,
      fix: 'Run `./rig up` once in this checkout, or set RIG_KEYS_DIR to the folder with agents.private.pem.',
      cause,
    });
  });
  return createTokenSigner({ privateKeyPem, clock: systemClock }).sign(request);
};

export interface RunSecrets {
  readonly webhookSecret: string;
  readonly personToken: string;
}

/** Makes what a run needs and keeps what is there: token keys, App keys, webhook secret, tokens. All mode 0600. */
export const prepareSecrets = async (paths: RunPaths, agents: readonly string[]): Promise<RunSecrets> => {
  const random = async (): Promise<string> => randomBytes(32).toString('hex');
  const [webhookSecret, personToken] = await Promise.all([
    keepOrMake(paths.webhookSecret, random),
    keepOrMake(paths.personToken, random),
    tokenKeys(paths),
    ...APP_ROLES.map((role) => keepOrMake(appKeyFile(paths, role), makeAppKey)),
  ]);
  const operator = await signWith(paths.keys, { subject: 'operator', scope: 'operator', ttlMs: TOKEN_TTL_MS });
  await writePrivate(paths.operatorToken, operator.token);
  for (const agent of agents) {
    const { token } = await signWith(paths.keys, { subject: agent, scope: 'enrol', ttlMs: TOKEN_TTL_MS });
    await writePrivate(enrolmentFile(paths, agent), token);
  }
  return { webhookSecret, personToken };
};
