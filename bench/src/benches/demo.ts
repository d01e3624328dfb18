import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { splitCpu, type CpuSplit } from '../core/process-stat.js';
import type { Measured } from '../core/figure.js';
import type { Bench, BenchContext } from '../harness/bench.js';
import { hasProc, processes } from '../harness/proc.js';
import { endProgram, ended, startProgram } from '../harness/program.js';
import { POSTGRES_DURABILITY } from '../harness/servers.js';

const AGENTS = 5;
/** CPU time is looked at so often, in milliseconds. */
const LOOK_EVERY_MS = 100;

const HOW =
  `\`rig demo --agents ${AGENTS}\`: issues are filed, written by scripted agents, tested (\`npm test\`, by the agent and ` +
  'as required check), reviewed and merged, with real git. From the first issue filed to the last one done. CPU time is ' +
  'read from /proc by process: the rig is its services, workers and supervisor, Postgres and Valkey; taken out is what ' +
  'workers and the forge start (git, the agent, npm test), and the stand-in for GitHub itself counts for neither.';

interface DemoRun {
  readonly perMinute: number;
  /** Seconds of CPU for an issue, all together, and of the rig itself. */
  readonly cpuEach: number;
  readonly rigEach: number;
  /** Percent. */
  readonly share: number;
}

const minus = (a: CpuSplit, b: CpuSplit): CpuSplit => ({
  rig: a.rig - b.rig,
  stores: a.stores - b.stores,
  work: a.work - b.work,
  forge: a.forge - b.forge,
  checks: a.checks - b.checks,
});

/** Looks at the processes until told that the work is over, and then says what was taken in the last `seconds`. */
const watchCpu = (root: number) => {
  const looks: { readonly at: number; readonly split: CpuSplit }[] = [];
  const look = (): void => void looks.push({ at: performance.now(), split: splitCpu(processes(), root) });
  const timer = setInterval(look, LOOK_EVERY_MS);
  let over: number | undefined;
  return {
    over: (): void => {
      if (over !== undefined) return;
      look();
      over = performance.now();
      clearInterval(timer);
    },
    stop: (): void => clearInterval(timer),
    lastSeconds: (seconds: number): CpuSplit => {
      const last = looks.at(-1);
      const begin = (over ?? performance.now()) - seconds * 1_000;
      const first = looks.findLast(({ at }) => at <= begin) ?? looks[0];
      if (last === undefined || first === undefined) throw new Error('nobody looked at the processes');
      return minus(last.split, first.split);
    },
  };
};

const demoOnce = async (issues: number, say: (line: string) => void): Promise<DemoRun> => {
  const home = await mkdtemp(join(tmpdir(), 'rig-demo-bench-'));
  const printed: string[] = [];
  let over: () => void = () => undefined;
  const child = startProgram('apps/cli/dist/main.js', {
    args: ['demo', '--issues', String(issues), '--agents', String(AGENTS), '--json'],
    env: { RIG_HOME: home },
    onLine: (from, line) => {
      if (from === 'stdout') printed.push(line);
      else if (line.includes('stopping')) over();
    },
  });
  const cpu = watchCpu(child.pid ?? 0);
  over = cpu.over;
  try {
    const code = await ended(child);
    if (code !== 0) throw new Error(`rig demo ended with ${code}`);
    const { merged, seconds } = JSON.parse(printed.join('\n')) as { readonly merged: number; readonly seconds: number };
    const taken = cpu.lastSeconds(seconds);
    const own = taken.rig + taken.stores;
    const all = own + taken.work + taken.checks;
    say(
      `  ${merged} merged in ${seconds} s; CPU ${Object.entries<number>({ ...taken })
        .map(([who, s]) => `${who} ${s.toFixed(1)}`)
        .join(', ')}`,
    );
    return {
      perMinute: merged / (seconds / 60),
      cpuEach: all / merged,
      rigEach: own / merged,
      share: (own / all) * 100,
    };
  } finally {
    cpu.stop();
    await endProgram(child, 'SIGINT');
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
};

const run = async ({ rounds, size, say }: BenchContext): Promise<readonly Measured[]> => {
  if (!hasProc()) throw new Error('demo reads /proc, which only Linux has');
  const runs: DemoRun[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await demoOnce(size(20, 2), say));
  const common = { how: HOW, durability: POSTGRES_DURABILITY };
  const values = (of: keyof DemoRun): readonly number[] => runs.map((one) => one[of]);
  return [
    { ...common, name: `issues merged a minute, ${AGENTS} agents`, unit: 'issues/min', values: values('perMinute') },
    { ...common, name: 'CPU for an issue, all together', unit: 's', values: values('cpuEach') },
    { ...common, name: 'CPU for an issue, the rig itself', unit: 's', values: values('rigEach') },
    {
      ...common,
      name: 'the rig’s own share',
      unit: '%',
      values: values('share'),
      aim: { is: '≤', bound: 10, of: 'value' },
    },
  ];
};

export const demo: Bench = {
  name: 'demo',
  about: 'Issues from filing to merge with five agents, and what of the CPU time the rig itself takes.',
  run,
};
