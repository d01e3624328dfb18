import { existsSync } from 'node:fs';
import { RigError } from '@rig/kernel';
import { checkoutRoot } from './checkout.js';
import { interruption } from './interruption.js';
import { runTool } from './run-tool.js';

const HOURS_MS = 6 * 3_600_000;

const flags = (options: Record<string, unknown>): readonly string[] => [
  ...['json', 'quick', 'large', 'markdown'].flatMap((name) => (options[name] === true ? [`--${name}`] : [])),
  ...(typeof options['rounds'] === 'string' ? ['--rounds', options['rounds']] : []),
];

/** A process of its own, so that the peers are no part of the command line. */
const runBuilt = async (file: string, args: readonly string[]): Promise<number> => {
  const entry = `${checkoutRoot}/bench/dist/${file}`;
  if (!existsSync(entry)) {
    throw new RigError({
      code: 'NOT_BUILT',
      kind: 'terminal',
      message: 'the benches are not built',
      fix: 'Start through `./rig`, or run `npm run build`.',
    });
  }
  const stop = interruption();
  try {
    const run = { cwd: checkoutRoot, limitMs: HOURS_MS, signal: stop.signal };
    const { code } = await runTool(process.execPath, [entry, ...args], run);
    return stop.signal.aborted ? 130 : Math.max(code, 0);
  } finally {
    stop.dispose();
  }
};

/** `rig bench`. */
export const runBenchCommand = (names: readonly string[], options: Record<string, unknown>): Promise<number> =>
  runBuilt('main.js', [...names, ...flags(options)]);

/** `rig sim`: every option by its own name. */
export const runSimCommand = (options: Record<string, unknown>): Promise<number> => {
  const name = (key: string): string => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const args = Object.entries(options).flatMap(([key, value]) =>
    value === true ? [name(key)] : typeof value === 'string' ? [`${name(key)}=${value}`] : [],
  );
  return runBuilt('sim-main.js', args);
};
