import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { forgeSeed, APP_IDS } from '../core/forge-seed.js';
import { checkExitCode, checkLines } from '../core/deploy/check-report.js';
import { openPolicy, safePolicy, scriptedAgents, noAgents } from '../core/config-texts.js';
import { APP_ROLES } from '../core/run-paths.js';
import { runChecks } from '../flows/deploy/run-checks.js';
import { checkoutRoot } from './checkout.js';
import { checkCompose } from './deploy/checks/compose-checks.js';
import { writeSecrets } from './deploy/secrets-command.js';
import { makeAppKey } from './run-secrets.js';
import { printJson, printOut } from './terminal.js';

/** Agents that docker-compose.yml has workers for. */
const AGENTS = ['dev-e-1', 'review-e-1'];
const TTL_MS = 365 * 86_400_000;
const SCRIPTS = '/app/service/dist/scripted';

/** `rig compose check` */
export const runComposeCheck = async (given: Record<string, unknown>): Promise<number> => {
  const check = { name: 'docker-compose.yml', run: () => checkCompose(checkoutRoot) };
  const results = await runChecks({ checks: [check], now: () => performance.now() });
  if (given['json'] === true) printJson({ checks: results });
  else for (const line of checkLines(results)) printOut(line);
  return checkExitCode(results);
};

const keepOrWrite = async (file: string, make: () => string | Promise<string>): Promise<string> => {
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '') return known;
  const text = await make();
  await writeFile(file, text, { mode: 0o644 });
  return text;
};

/** What dev-forge holds at first, as its container sees the files. */
const seedOf = (webhookSecret: string, personToken: string): unknown =>
  forgeSeed({
    keyFile: (role) => `/run/secrets/github.${role}.pem`,
    repo: 'acme/greeter',
    template: '/templates/greeter',
    webhookUrl: 'http://gateway:8080/api/webhook/github',
    webhookSecret,
    personToken,
  });

const initForge = async (secrets: string): Promise<void> => {
  for (const role of APP_ROLES) await keepOrWrite(join(secrets, `github.${role}.pem`), makeAppKey);
  const person = await keepOrWrite(join(secrets, 'forge.person.token'), () => randomBytes(32).toString('hex'));
  const webhook = await readFile(join(secrets, 'gateway.GITHUB_WEBHOOK_SECRET'), 'utf8');
  await keepOrWrite(join(secrets, 'forge.seed.json'), () => `${JSON.stringify(seedOf(webhook, person), null, 2)}\n`);
};

const initConfig = async (config: string, forge: boolean): Promise<void> => {
  await mkdir(config, { recursive: true });
  await keepOrWrite(join(config, 'rig.agents.yaml'), () =>
    forge
      ? scriptedAgents({
          authors: 1,
          reviewers: 1,
          reviewerSlots: 1,
          authorScript: `${SCRIPTS}/author/main.js`,
          reviewerScript: `${SCRIPTS}/reviewer/main.js`,
        })
      : noAgents,
  );
  await keepOrWrite(join(config, 'rig.policy.yaml'), () => (forge ? openPolicy('acme/greeter') : safePolicy));
  await keepOrWrite(
    join(config, 'guard.policy.yaml'),
    () => '# What the guard refuses besides: docs/guard.md.\nversion: 1\n',
  );
};

const FORGE_ENV = [
  'GITHUB_API_URL=http://dev-forge:8080',
  'GITHUB_GIT_URL=http://dev-forge:8080',
  ...APP_ROLES.map((role) => `GITHUB_${role.toUpperCase()}_APP_ID=${APP_IDS[role]}`),
];
const GITHUB_ENV = ['# Ids of your GitHub Apps.', ...APP_ROLES.map((role) => `GITHUB_${role.toUpperCase()}_APP_ID=`)];

/** `rig compose init`: everything that docker-compose.yml reads and that is nobody else's business. Twice is once. */
export const runComposeInit = async (given: Record<string, unknown>): Promise<number> => {
  const forge = given['devForge'] === true;
  const folder = join(checkoutRoot, '.rig', 'compose');
  const secrets = join(folder, 'secrets');
  await mkdir(folder, { recursive: true });
  const addresses = { postgres: 'postgres://postgres:5432/rig', valkey: 'redis://valkey:6379' };
  const missing = await writeSecrets({ out: secrets, agents: AGENTS, ttlMs: TTL_MS, ...addresses });
  await keepOrWrite(join(secrets, 'grafana.password'), () => randomBytes(24).toString('hex'));
  if (forge) await initForge(secrets);
  await initConfig(join(folder, 'config'), forge);
  await keepOrWrite(join(folder, 'env'), () => `${(forge ? FORGE_ENV : GITHUB_ENV).join('\n')}\n`);
  await chmod(join(folder, 'env'), 0o600);
  const profile = forge ? ' --profile dev-forge' : '';
  if (!forge && missing.length > 0)
    printOut(`Put into ${secrets}: ${missing.join(', ')}; and the ids into ${folder}/env.`);
  printOut(`docker compose --env-file .rig/compose/env${profile} up --build --detach`);
  return 0;
};
