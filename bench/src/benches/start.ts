import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { below } from '../core/process-stat.js';
import type { Measured } from '../core/figure.js';
import type { Bench, BenchContext } from '../harness/bench.js';
import { hasProc, processes, residentBytes } from '../harness/proc.js';
import { endProgram, startProgram } from '../harness/program.js';
import { POSTGRES_DURABILITY } from '../harness/servers.js';

const MB = 2 ** 20;
const AGENTS = 2;
const READY_WITHIN_MS = 120_000;
const SERVICES = ['conductor', 'gateway', 'dispatcher', 'guard-svc', 'agent-worker', 'dev-forge'];

const HOW =
  `\`rig up --agents ${AGENTS}\` from the start of the command to its word that all is ready: Postgres, Valkey, ` +
  'dev-forge, conductor, gateway, dispatcher, guard service and three workers, each having answered its readiness check. ' +
  'First: in an empty folder (a database is made, keys, the repository). Again: in that folder.';
const HOW_MEMORY =
  'Resident memory of the service’s process some seconds after `rig up` was ready, without work; beside it a Nest app ' +
  'on Fastify with one empty module, that listens, after as long. Of several workers the largest counts. The ' +
  'services collect their garbage once, 2 s after their start; the empty app is as Nest makes it.';

/** Starts the whole system in a folder; resolves when it says that it is ready. */
const rigUp = async (home: string): Promise<{ readonly child: ChildProcess; readonly ms: number }> => {
  const began = performance.now();
  let onReady: (ms: number) => void = () => undefined;
  const child = startProgram('apps/cli/dist/main.js', {
    args: ['up', '--json', '--agents', String(AGENTS)],
    env: { RIG_HOME: home },
    onLine: (from) => {
      if (from === 'stdout') onReady(performance.now() - began);
    },
  });
  const ms = await new Promise<number>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('rig up was not ready in time')), READY_WITHIN_MS);
    onReady = (taken) => {
      clearTimeout(late);
      resolve(taken);
    };
    child.once('exit', (code) => reject(new Error(`rig up ended with ${code}`)));
  });
  return { child, ms };
};

/** The largest process of each service below the command, in MB. */
const memoryOf = (root: number): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  for (const { pid, command } of below(processes(), root)) {
    const name = /\/apps\/([a-z-]+)\/dist\/main\.js/.exec(command)?.[1];
    if (name !== undefined) found.set(name, Math.max(found.get(name) ?? 0, residentBytes(pid) / MB));
  }
  return found;
};

const emptyApp = async (settleMs: number): Promise<number> => {
  const child = fork(fileURLToPath(new URL('../peers/empty-nest-child.js', import.meta.url)));
  try {
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the empty app ended with ${code}`)));
    });
    await pause(settleMs);
    return residentBytes(child.pid ?? 0) / MB;
  } finally {
    await endProgram(child, 'SIGKILL');
  }
};

interface Found {
  readonly first: number[];
  readonly again: number[];
  readonly empty: number[];
  readonly memory: Map<string, number[]>;
}

const oneRound = async ({ say }: BenchContext, settleMs: number, found: Found): Promise<void> => {
  const home = await mkdtemp(join(tmpdir(), 'rig-start-'));
  try {
    for (const into of [found.first, found.again]) {
      const { child, ms } = await rigUp(home);
      into.push(ms / 1_000);
      say(`  ready after ${Math.round(ms)} ms`);
      try {
        if (into !== found.again) continue;
        await pause(settleMs);
        for (const [name, mb] of memoryOf(child.pid ?? 0))
          found.memory.set(name, [...(found.memory.get(name) ?? []), mb]);
      } finally {
        await endProgram(child, 'SIGINT');
      }
    }
    found.empty.push(await emptyApp(settleMs));
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
};

const run = async (context: BenchContext): Promise<readonly Measured[]> => {
  if (!hasProc()) throw new Error('start reads /proc, which only Linux has');
  const found: Found = { first: [], again: [], empty: [], memory: new Map() };
  const settleMs = context.size(6_000, 3_500);
  for (let round = 0; round < context.rounds; round++) await oneRound(context, settleMs, found);
  const time = { unit: 's', how: HOW, durability: POSTGRES_DURABILITY };
  return [
    { ...time, name: '`rig up`, first', values: found.first, aim: { is: '≤', bound: 8, of: 'value' } },
    { ...time, name: '`rig up`, again', values: found.again, aim: { is: '≤', bound: 8, of: 'value' } },
    ...SERVICES.map((name): Measured => {
      // The stand-in for GitHub is no service of Rig's.
      const aim = name === 'dev-forge' ? {} : { aim: { is: '≤', bound: 1.5 } as const };
      return {
        name: `memory of ${name}`,
        unit: 'MB',
        values: found.memory.get(name) ?? [],
        versus: { name: 'empty Nest app', values: found.empty },
        ...aim,
        how: HOW_MEMORY,
        durability: 'none: nothing is written',
      };
    }),
  ];
};

export const start: Bench = {
  name: 'start',
  about: 'The whole system from the command to ready, and the memory of each service beside an empty Nest app.',
  run,
};
