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

/** `rig bench`: a process of its own, so that the peers are no part of the command line. */
export const runBenchCommand = async (names: readonly string[], options: Record<string, unknown>): Promise<number> => {
  const entry = `${checkoutRoot}/bench/dist/main.js`;
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
    const { code } = await runTool(process.execPath, [entry, ...names, ...flags(options)], {
      cwd: checkoutRoot,
      limitMs: HOURS_MS,
      signal: stop.signal,
    });
    return stop.signal.aborted ? 130 : Math.max(code, 0);
  } finally {
    stop.dispose();
  }
};
