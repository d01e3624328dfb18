import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { lockfileFaults } from '../core/lockfile-rules.js';
import type { StageOutcome, TestStage } from '../flows/run-tests.js';
import { benchStage } from './bench-stage.js';
import { deployStage } from './deploy-stage.js';
import { jestCounts } from './jest-counts.js';
import { runTool, type ToolEnd } from './run-tool.js';

export interface TestStagesOptions {
  /** The checkout. */
  readonly root: string;
  /** Ends the running stage. */
  readonly signal: AbortSignal;
}

const MINUTE = 60_000;

/** Nothing may ask, phone home, or leave a process behind. */
const QUIET = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false', CI: 'true', npm_config_loglevel: 'error' };

const asOne = ({ code, note }: ToolEnd): StageOutcome => {
  const counts = code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  return note === undefined ? counts : { ...counts, note };
};

const sum = (outcomes: readonly StageOutcome[]): StageOutcome => {
  const note = outcomes.find((outcome) => outcome.note !== undefined)?.note;
  return {
    passed: outcomes.reduce((n, { passed }) => n + passed, 0),
    failed: outcomes.reduce((n, { failed }) => n + failed, 0),
    ...(note === undefined ? {} : { note }),
  };
};

type Tool = (path: string, args: readonly string[], limitMs?: number, env?: Record<string, string>) => Promise<ToolEnd>;

const lint = async (tool: Tool): Promise<StageOutcome> => {
  // The boundaries rule reads a project graph that only nx itself writes; without one it would pass everything.
  const graph = asOne(await tool('nx/dist/bin/nx.js', ['show', 'projects'], 2 * MINUTE));
  const rules = asOne(await tool('eslint/bin/eslint.js', ['.', '--max-warnings', '0'], 5 * MINUTE));
  const cruise = ['--config', '.dependency-cruiser.mjs', 'apps', 'libs', 'bench'];
  const rooms = asOne(await tool('dependency-cruiser/bin/dependency-cruiser.mjs', cruise, 2 * MINUTE));
  return sum([graph, rules, rooms]);
};

const types = async (tool: Tool): Promise<StageOutcome> => {
  const build = asOne(await tool('typescript/bin/tsc', ['-b'], 5 * MINUTE));
  const specs = asOne(await tool('typescript/bin/tsc', ['-p', 'tsconfig.specs.json'], 5 * MINUTE));
  const tools = asOne(await tool('typescript/bin/tsc', ['-p', 'tools'], 5 * MINUTE));
  return sum([build, specs, tools]);
};

const lockfile = async ({ root, signal }: TestStagesOptions): Promise<StageOutcome> => {
  const faults = lockfileFaults(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
  const own: StageOutcome =
    faults.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, note: faults.slice(0, 3).join('; ') };
  const flags = ['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const dry = await runTool('npm', flags, { cwd: root, limitMs: 2 * MINUTE, capture: true, signal });
  return sum([own, asOne(dry)]);
};

const jest = async (tool: Tool, root: string, project: 'unit' | 'int'): Promise<StageOutcome> => {
  const report = join(root, '.rig', 'checks', `jest-${project}.json`);
  await mkdir(join(root, '.rig', 'checks'), { recursive: true });
  await rm(report, { force: true });
  const args = ['--selectProjects', project, '--json', `--outputFile=${report}`, '--maxWorkers=2'];
  const options = `${process.env['NODE_OPTIONS'] ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`;
  const end = await tool('jest/bin/jest.js', args, 8 * MINUTE, { NODE_OPTIONS: options.trim() });
  if (end.note !== undefined) return { passed: 0, failed: 1, note: end.note };
  return jestCounts(report, end.code);
};

const demoSchema = z.object({ issues: z.number(), merged: z.number(), assignedTwice: z.number(), lost: z.number() });

const demo = async ({ root, signal }: TestStagesOptions): Promise<StageOutcome> => {
  const args = [join(root, 'apps/cli/dist/main.js'), 'demo', '--json'];
  const end = await runTool(process.execPath, args, { cwd: root, limitMs: 4 * MINUTE, capture: true, signal });
  process.stdout.write(end.stdout);
  if (end.code !== 0) return { passed: 0, failed: 1, note: end.note ?? `the demo ended with exit code ${end.code}` };
  const { issues, merged, assignedTwice, lost } = demoSchema.parse(JSON.parse(end.stdout));
  const well = issues > 0 && merged === issues && assignedTwice === 0 && lost === 0;
  return well ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, note: `${merged} of ${issues} issues were merged` };
};

const faultsSchema = z.array(
  z.object({ row: z.number(), violations: z.array(z.string()), skipped: z.string().optional() }),
);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Each row of the short set counts; what was skipped is neither. */
const faults = async ({ root, signal }: TestStagesOptions): Promise<StageOutcome> => {
  const args = [join(root, 'apps/cli/dist/main.js'), 'faults', '--seed', '1', '--jobs', '2', '--json'];
  const end = await runTool(process.execPath, args, { cwd: root, limitMs: 12 * MINUTE, capture: true, signal });
  const rows = faultsSchema.safeParse(parseJson(end.stdout));
  if (!rows.success) return { passed: 0, failed: 1, note: end.note ?? `rig faults ended with exit code ${end.code}` };
  const ran = rows.data.filter(({ skipped }) => skipped === undefined);
  const failed = ran.filter(({ violations }) => violations.length > 0);
  const note = failed.map(({ row, violations }) => `row ${row}: ${violations[0] ?? ''}`).join('; ');
  const counts = { passed: ran.length - failed.length, failed: failed.length };
  if (failed.length > 0) return { ...counts, note };
  return end.code === 0 ? counts : { passed: counts.passed, failed: 1, note: `exit code ${end.code}` };
};

/** What `rig test` runs, cheap things first, so that what is wrong is seen early. */
export const testStages = (options: TestStagesOptions): TestStage[] => {
  const { root, signal } = options;
  const tool: Tool = (path, args, limitMs = MINUTE, env = {}) =>
    runTool(process.execPath, [join(root, 'node_modules', path), ...args], {
      cwd: root,
      limitMs,
      signal,
      env: { ...QUIET, ...env },
    });
  return [
    {
      name: 'format',
      about: 'every file as Prettier writes it',
      run: async () =>
        asOne(await tool('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.'], 2 * MINUTE)),
    },
    { name: 'lint', about: 'ESLint with types, project boundaries, rooms and doors, no cycles', run: () => lint(tool) },
    { name: 'lockfile', about: 'installs elsewhere exactly as here', run: () => lockfile(options) },
    { name: 'types', about: 'all projects, tests, type tests and tools', run: () => types(tool) },
    {
      name: 'docs',
      about: 'generated pages say what the code says',
      // After `types`, whose build the pages are read from.
      run: async () => {
        const compare = async (generator: string): Promise<StageOutcome> => {
          const args = [join(root, 'tools', generator, 'generate.ts'), '--check'];
          return asOne(await runTool(process.execPath, args, { cwd: root, limitMs: MINUTE, signal }));
        };
        return sum([await compare('docs'), await compare('acl')]);
      },
    },
    {
      name: 'deploy',
      about: 'chart, KEDA, images, Compose and alerts, without a cluster',
      run: () => deployStage(options),
    },
    { name: 'unit', about: 'without I/O', run: () => jest(tool, root, 'unit') },
    { name: 'integration', about: 'on a real Postgres and a real Valkey', run: () => jest(tool, root, 'int') },
    { name: 'demo', about: 'one issue from filing to merge', run: () => demo(options) },
    { name: 'faults', about: 'a short set of faults, and what must hold through them', run: () => faults(options) },
    {
      name: 'bench',
      about: 'every bench in small sizes: its form, not its figures',
      run: () => benchStage(root, signal),
    },
  ];
};
