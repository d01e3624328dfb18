import { parseArgs } from 'node:util';
import { benches } from './benches/index.js';
import { figureOf, type Figure } from './core/figure.js';
import { line, type SectionHead } from './core/text.js';
import type { Bench, BenchContext } from './harness/bench.js';
import { describeMachine, load, type Machine } from './harness/machine.js';
import { writePage } from './harness/page.js';
import { createServers } from './harness/servers.js';

/** A figure with all that belongs to it. */
export type Result = Figure & {
  readonly at: string;
  /** Load average of the last minute when the bench began: above the number of cores the figure is not to be trusted. */
  readonly load: number;
  readonly machine: Machine;
};

interface Options {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly quick: boolean;
  readonly large: boolean;
  readonly markdown: boolean;
  readonly rounds: number | undefined;
}

const FLAG = { type: 'boolean', default: false } as const;

const parse = (args: readonly string[]): Options => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: FLAG, quick: FLAG, large: FLAG, markdown: FLAG, rounds: { type: 'string' } },
  });
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) throw new Error('--rounds: a whole number');
  return { ...values, names: positionals, rounds };
};

const choose = (names: readonly string[]): readonly Bench[] => {
  const unknown = names.find((name) => !benches.some((bench) => bench.name === name));
  if (unknown === undefined) return names.length === 0 ? benches : benches.filter(({ name }) => names.includes(name));
  throw new Error(`there is no bench ${unknown}; there are: ${benches.map(({ name }) => name).join(', ')}`);
};

const runOne = async (bench: Bench, options: Options, machine: Machine): Promise<readonly Result[]> => {
  const servers = createServers();
  const before = load();
  const context: BenchContext = {
    servers,
    quick: options.quick,
    large: options.large,
    rounds: options.rounds ?? (options.quick ? 1 : 5),
    size: (full, quick) => (options.quick ? quick : full),
    say: (text) => void process.stderr.write(`${text}\n`),
  };
  context.say(`${bench.name}: ${bench.about}`);
  // Told to end, it takes its servers and their folder with it; what it started sees that it is gone.
  const onSignal = (): void => void servers.stop().finally(() => process.exit(130));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const measured = await bench.run(context);
    return measured.map((one) => ({
      ...figureOf(bench.name, one),
      at: new Date().toISOString(),
      load: before,
      machine,
    }));
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await servers.stop();
  }
};

const headOf = ({ name, about }: Bench, figures: readonly Result[], { quick, large }: Options): SectionHead => {
  const [first] = figures;
  if (first === undefined) throw new Error(`the bench ${name} has no figures`);
  const { cpu, cores, memoryGb, os, versions } = first.machine;
  const list = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
  return {
    name,
    about,
    command: `rig bench ${name} --markdown${quick ? ' --quick' : ''}${large ? ' --large' : ''}`,
    date: first.at.slice(0, 10),
    load: first.load,
    machine: `${cores} cores of ${cpu}, ${memoryGb} GB, ${os}; ${list.join(', ')}`,
    rounds: first.rounds,
  };
};

/** `rig bench`. Exit codes: 0 measured (aims met or not), 2 the command line was wrong. */
export const runCommandLine = async (args: readonly string[]): Promise<number> => {
  let options: Options;
  let chosen: readonly Bench[];
  try {
    options = parse(args);
    chosen = choose(options.names);
  } catch (error) {
    process.stderr.write(`rig bench: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const machine = await describeMachine();
  const results: Result[] = [];
  for (const bench of chosen) {
    const figures = await runOne(bench, options, machine);
    results.push(...figures);
    for (const figure of figures) process.stderr.write(`  ${line(figure)}\n`);
    // Section by section: a long run that is cut short keeps what it has.
    if (options.markdown) await writePage(headOf(bench, figures, options), figures);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results, null, 1)}\n`);
  return 0;
};
