import { firstIssue } from '@rig/agent-kit';
import { rm } from 'node:fs/promises';
import { isoTime } from '@rig/kernel';
import { parseOption, wholeNumber } from '../core/arguments.js';
import { chooseForge, type ForgeChoice } from '../core/forge-choice.js';
import { runPaths, type RunPaths } from '../core/run-paths.js';
import type { RunRecord } from '../core/run-record.js';
import { upLines } from '../core/up-lines.js';
import { startOrStop } from '../flows/start-or-stop.js';
import type { RunningSystem } from '../flows/start-system.js';
import { rigHome } from './checkout.js';
import { startSystem } from './real-system.js';
import { requireHome } from './home-folder.js';
import { interruption } from './interruption.js';
import { ownServers } from './own-servers.js';
import { takeLock } from './run-lock.js';
import { recordFile } from './running-system.js';
import { writePrivate } from './run-secrets.js';
import { processLine } from './demo-view.js';
import { createTerminal, printJson, type Terminal } from './terminal.js';

const REPO = 'acme/greeter';
/** The services' own hard deadline is 25 s. */
const GRACE_MS = 27_000;

const recordOf = (paths: RunPaths, forge: ForgeChoice, system: RunningSystem): RunRecord => ({
  pid: process.pid,
  startedAt: isoTime(Date.now()),
  root: paths.root,
  conductorUrl: system.conductorUrl,
  gatewayUrl: system.gatewayUrl,
  forgeUrl: system.forgeUrl,
  operatorTokenFile: paths.operatorToken,
  webhookSecretFile: forge.kind === 'dev-forge' ? paths.webhookSecret : (forge.env['GITHUB_WEBHOOK_SECRET_FILE'] ?? ''),
  configDir: system.configDir,
  keysDir: paths.keys,
  logs: paths.logs,
  services: [...system.services],
});

const start = (
  paths: RunPaths,
  forge: ForgeChoice,
  authors: number,
  own: Awaited<ReturnType<typeof ownServers>>,
  terminal: Terminal,
): Promise<RunningSystem> =>
  startSystem({
    paths,
    forge,
    repo: REPO,
    authors,
    reviewerSlots: 1,
    configDir: process.env['RIG_CONFIG_DIR'],
    ...own,
    workerEnv: { RIG_SCRIPTED_FLAWS: process.env['RIG_SCRIPTED_FLAWS'] ?? 'seed:1' },
    graceMs: GRACE_MS,
    throwAway: false,
    notify: (event) => {
      const text = processLine(event);
      if (text !== undefined) terminal.line(terminal.palette.bad(text));
    },
    say: (line) => terminal.line(terminal.palette.dim(line)),
  });

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    // The open children keep the process alive meanwhile.
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** `rig up`: runs until Ctrl-C; 0 after an orderly stop. */
export const runUpCommand = async (given: Record<string, unknown>): Promise<number> => {
  const authors = parseOption(wholeNumber(1, 50), '--agents', given['agents'], '--agents 4');
  const forge = chooseForge(process.env);
  const json = given['json'] === true;
  const terminal = createTerminal(json ? process.stderr : process.stdout, Date.now);
  await requireHome();
  const own = await ownServers();
  const release = await takeLock(`${rigHome()}/up.lock`);
  const stop = interruption();
  const paths = runPaths(`${rigHome()}/up`);
  try {
    terminal.line(terminal.palette.dim('starting'));
    const system = await startOrStop(start(paths, forge, authors, own, terminal), stop.signal, () =>
      terminal.line('stopping'),
    );
    try {
      const record = recordOf(paths, forge, system);
      await writePrivate(recordFile(), `${JSON.stringify(record, null, 2)}\n`);
      for (const line of upLines(record, REPO, paths.personToken, firstIssue, terminal.palette)) terminal.line(line);
      if (json) printJson(record);
      await untilAborted(stop.signal);
      terminal.line('stopping: draining what runs (Ctrl-C again to end at once)');
    } finally {
      await rm(recordFile(), { force: true });
      await system.stop();
    }
    terminal.line('stopped');
    return 0;
  } finally {
    stop.dispose();
    await release();
  }
};
