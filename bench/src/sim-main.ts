import { assumptions } from './sim/assumptions.js';
import { parseOptions, UsageError } from './sim/options.js';
import { report } from './sim/report.js';
import { simulate } from './sim/simulate.js';

try {
  const options = parseOptions(process.argv.slice(2));
  const result = simulate(options);
  const all = { ...result, assumptions: assumptions(options.appendsPerSecond) };
  process.stdout.write(options.json ? `${JSON.stringify(all, null, 1)}\n` : report(result));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`rig sim: ${error.message}\n(see rig sim --help)\n`);
  process.exitCode = 2;
}
