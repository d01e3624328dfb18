import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { demoIssue } from '@rig/agent-kit';
import { systemClock } from '@rig/kernel';
import { parseOption, wholeNumber } from '../core/arguments.js';
import { runPaths, type RunPaths } from '../core/run-paths.js';
import { summaryLines } from '../core/summary-lines.js';
import { followEvents } from '../flows/follow-events.js';
import { createRunDemo, type RunDemoDeps } from '../flows/run-demo.js';
import type { RunningSystem } from '../flows/start-system.js';
import { commitsOnMain } from './bare-repository.js';
import { rigHome } from './checkout.js';
import { startSystem } from './real-system.js';
import { asKnownEvent, createConductorApi } from './conductor-api.js';
import { createDemoView } from './demo-view.js';
import { createForgePerson } from './forge-person.js';
import { readLive } from './live-stream.js';
import { requireHome } from './home-folder.js';
import { interruption } from './interruption.js';
import { createTerminal, printJson, type Terminal } from './terminal.js';

const REPO = 'acme/greeter';

interface DemoOptions {
  readonly issues: number;
  readonly agents: number;
  readonly seed: number;
  readonly timeoutMs: number;
  readonly keep: boolean;
  readonly json: boolean;
}

const parseOptions = (given: Record<string, unknown>): DemoOptions => {
  const issues = parseOption(wholeNumber(1, 1_000), '--issues', given['issues'], '--issues 20');
  const patience = given['timeout'] ?? 150 + 10 * issues;
  return {
    issues,
    agents: parseOption(wholeNumber(1, 50), '--agents', given['agents'], '--agents 4'),
    seed: parseOption(wholeNumber(0, 1_000_000), '--seed', given['seed'], '--seed 7'),
    timeoutMs: 1_000 * parseOption(wholeNumber(1, 86_400), '--timeout', patience, '--timeout 300'),
    keep: given['keep'] === true,
    json: given['json'] === true,
  };
};

/** The single issue meets every flaw; in a crowd the seed deals them out. */
const flaws = (options: DemoOptions): string => (options.issues === 1 ? 'all' : `seed:${options.seed}`);

async function* follow(paths: RunPaths, system: RunningSystem, signal: AbortSignal) {
  const token = await readFile(paths.operatorToken, 'utf8');
  const api = createConductorApi({ url: system.conductorUrl, token, retries: 0 });
  const deps = {
    page: (after: number, limit: number, until: AbortSignal) => api.events(after, limit, until),
    live: (after: number, until: AbortSignal) => readLive(system.conductorUrl, token, after, until),
    clock: systemClock,
  };
  for await (const envelope of followEvents(deps, 0, signal)) {
    const event = asKnownEvent(envelope);
    if (event !== undefined) yield event;
  }
}

const depsFor = (options: DemoOptions, paths: RunPaths, terminal: Terminal): RunDemoDeps => {
  const view = createDemoView(terminal, options.issues, Date.now);
  return {
    startSystem: (notify) => {
      view.note(`starting Postgres, Valkey, the forge, the services and ${options.agents + 1} agents`);
      return startSystem({
        paths,
        forge: { kind: 'dev-forge' },
        repo: REPO,
        authors: options.agents,
        reviewerSlots: options.issues === 1 ? 1 : 2,
        workerEnv: { RIG_SCRIPTED_FLAWS: flaws(options) },
        graceMs: 8_000,
        throwAway: true,
        notify,
        say: (line) => view.note(line),
      });
    },
    issueText: demoIssue,
    fileIssue: async (system, repo, issue) => {
      const token = await readFile(paths.personToken, 'utf8');
      return createForgePerson(system.forgeUrl ?? '', token).fileIssue(repo, issue);
    },
    follow: (system, signal) => follow(paths, system, signal),
    commitsOnMain: (repo) => commitsOnMain(paths.forge, repo),
    clock: systemClock,
    view,
  };
};

/** `rig demo`: 0 only if everything was merged, nothing assigned twice and nothing lost. */
export const runDemoCommand = async (given: Record<string, unknown>): Promise<number> => {
  const options = parseOptions(given);
  await requireHome();
  const paths = runPaths(`${rigHome()}/demo-${randomBytes(4).toString('hex')}`);
  const terminal = createTerminal(options.json ? process.stderr : process.stdout, Date.now);
  const stop = interruption();
  let ok = false;
  try {
    const run = createRunDemo(depsFor(options, paths, terminal));
    const summary = await run({ ...options, repo: REPO, signal: stop.signal });
    ok = summary.ok;
    for (const line of summaryLines(summary, 'main', terminal.palette)) terminal.line(line);
    if (options.json) printJson(summary);
    return ok ? 0 : 1;
  } finally {
    stop.dispose();
    // What went wrong can only be read where it was written.
    if (existsSync(paths.root) && (options.keep || (!ok && !stop.signal.aborted))) terminal.line(`Kept: ${paths.root}`);
    else await rm(paths.root, { recursive: true, force: true, maxRetries: 5 });
  }
};
