import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  createConductorClient,
  createEnrolledTokens,
  createGatewayClient,
  fixedToken,
  type TokenSource,
} from '@rig/agent-kit';
import { parseFact } from '@rig/contracts';
import {
  CANARY_COMMAND,
  CANARY_SESSION,
  createProveGuard,
  GUARD_SPOOL,
  HOOK_VARIABLES,
  runInstalled,
  settingsFile,
  type ClientName,
} from '@rig/hooks';
import { RigError, systemClock, uuidv7 } from '@rig/kernel';
import { parseAgentsFile } from '@rig/policy';
import { createSpoolReader } from '@rig/spool';
import { AgentId, parseOption, usageError } from '../../core/arguments.js';
import { clientsFrom } from '../hooks/choices.js';
import { signWith } from '../run-secrets.js';
import { findRunning } from '../running-system.js';
import { printJson, printOut } from '../terminal.js';

const TOKEN_MS = 5 * 60_000;

/** To whom it is reported, and in whose name. */
interface Store {
  readonly agent: string;
  readonly conductorUrl: string;
  readonly gatewayUrl: string;
  readonly tokens: TokenSource;
}

/** The system that the variables of a worker name: this runs beside one. */
const storeOfWorker = (env: NodeJS.ProcessEnv, named: string | undefined): Store | undefined => {
  const [agent, conductorUrl, gatewayUrl, file] = [
    named ?? env['RIG_AGENT_ID'],
    env['RIG_CONDUCTOR_URL'],
    env['RIG_GATEWAY_URL'],
    env['RIG_ENROLMENT_TOKEN_FILE'],
  ];
  if (!agent || !conductorUrl || !gatewayUrl || !file) return undefined;
  const tokens = createEnrolledTokens({ conductorUrl, enrolment: () => readFile(file, 'utf8') });
  return { agent, conductorUrl, gatewayUrl, tokens };
};

/** The system that runs in this checkout. */
const storeOfCheckout = async (named: string | undefined): Promise<Store> => {
  const record = await findRunning();
  if (record === undefined) {
    throw new RigError({
      code: 'NOT_UP',
      kind: 'terminal',
      message: 'no system runs in this checkout: nobody could hear of a block',
      fix: 'Start one with `./rig up`, or set the variables of a worker.',
    });
  }
  const agents = parseAgentsFile(await readFile(join(record.configDir, 'rig.agents.yaml'), 'utf8'));
  const agent = named ?? (agents.ok ? agents.value.agents[0]?.id : undefined);
  if (agent === undefined) throw usageError('no agent is configured', 'Name one with --agent.');
  const { token } = await signWith(record.keysDir, { subject: agent, scope: 'work', ttlMs: TOKEN_MS });
  return { agent, conductorUrl: record.conductorUrl, gatewayUrl: record.gatewayUrl, tokens: fixedToken(token) };
};

const settingsOf = (given: unknown, client: ClientName): string => {
  if (typeof given === 'string') return resolve(given);
  const home = homedir();
  const machine = settingsFile(client, { scope: 'managed', home });
  return existsSync(machine) ? machine : settingsFile(client, { scope: 'user', home });
};

/** Sends what the hook left, as a worker would. */
const deliver = async (spool: string, { gatewayUrl, tokens }: Store): Promise<void> => {
  const { records } = await createSpoolReader({ folder: spool, limits: GUARD_SPOOL }).read(10);
  const facts = records.flatMap((record) => {
    const fact = parseFact(JSON.parse(record));
    return fact.ok ? [fact.value] : [];
  });
  if (facts.length > 0) await createGatewayClient({ baseUrl: gatewayUrl, tokens }).postFacts(facts);
};

const prove = async (store: Store, client: ClientName, settings: string, folder: string) => {
  const [workspace, spool] = [join(folder, 'tree'), join(folder, 'spool')];
  await mkdir(workspace);
  const conductor = createConductorClient({ baseUrl: store.conductorUrl, tokens: store.tokens });
  const call = async (id: string) => {
    const own = {
      [HOOK_VARIABLES.workspace]: workspace,
      [HOOK_VARIABLES.agent]: store.agent,
      [HOOK_VARIABLES.spool]: spool,
    };
    const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: homedir(), ...own };
    const session = `${CANARY_SESSION}${id}`;
    const end = await runInstalled({ client, settings, command: CANARY_COMMAND, cwd: workspace, session, env });
    await deliver(spool, store);
    return end;
  };
  return createProveGuard({
    call,
    deliver: () => undefined,
    reported: async (id, signal) => {
      const asked = await conductor.reported(id, signal);
      if (asked.ok) return asked.value.status;
      throw new RigError({ kind: 'terminal', ...asked.refusal });
    },
    newId: () => uuidv7(Date.now()),
    clock: systemClock,
  })(AbortSignal.timeout(60_000));
};

/** `rig guard canary`: 0 if a forbidden call was blocked and its event is in the store, else 1. */
export const runCanary = async (given: Record<string, unknown>): Promise<number> => {
  const [client = 'claude-code'] = clientsFrom(given['client']);
  const settings = settingsOf(given['settings'], client);
  const named =
    given['agent'] === undefined ? undefined : parseOption(AgentId, '--agent', given['agent'], '--agent dev-e-1');
  const store = storeOfWorker(process.env, named) ?? (await storeOfCheckout(named));
  const folder = await mkdtemp(join(tmpdir(), 'rig-canary-'));
  try {
    const started = performance.now();
    const proven = await prove(store, client, settings, folder);
    const ms = Math.round(performance.now() - started);
    if (given['json'] === true) {
      printJson({ ok: proven.ok, client, settings, agent: store.agent, ms, ...(proven.ok ? {} : proven.refusal) });
      return proven.ok ? 0 : 1;
    }
    if (!proven.ok) throw new RigError({ kind: 'terminal', ...proven.refusal });
    printOut(`The guard holds: blocked through ${settings}, and its event is in the store (${ms} ms).`);
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
