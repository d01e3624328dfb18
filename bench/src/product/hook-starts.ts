import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installKit } from '@rig/hooks';
import type { Measured } from '../core/figure.js';
import { median } from '../core/stats.js';
import type { BenchContext } from '../harness/bench.js';
import { safetyNetHook } from '../peers/safety-net.js';
import type { GuardStage } from './guard-cases.js';

const BUNDLE = fileURLToPath(new URL('../../../apps/guard-hook/dist/bundle', import.meta.url));

const HOW =
  'Each a process of its own, from its start to its end, in turns; a value is the median of a round. Calls as Claude ' +
  'Code makes them, an allowed command and a refused one in equal parts. The hook is what a client starts, its shell ' +
  'wrapper included; code caches are warm for both hooks.';
const KEPT = 'a refusal is in the spool, handed to the system, before the hook ends';

interface Start {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Milliseconds from start to end. */
const once = ({ command: [program = '', ...args], env }: Start, input: string): number => {
  const started = performance.now();
  const { status, error } = spawnSync(program, args, { input, env });
  if (error !== undefined || (status !== 0 && status !== 2)) throw new Error(`${program} ended with ${status}`, error);
  return performance.now() - started;
};

const call = (cwd: string, command: string): string =>
  JSON.stringify({
    hook_event_name: 'PreToolUse',
    session_id: 'bench',
    cwd,
    tool_name: 'Bash',
    tool_input: { command },
    tool_use_id: 'toolu_1',
  });

/** Every side once, again and again: what the machine does meanwhile meets them alike. */
const round = (sides: readonly Start[], inputs: readonly string[], turns: number): readonly number[] => {
  const times = sides.map((): number[] => []);
  for (let turn = 0; turn < turns; turn++) {
    const input = inputs[turn % inputs.length] ?? '';
    sides.forEach((side, index) => times[index]?.push(once(side, input)));
  }
  return times.map(median);
};

/** The cold start of the installed hook, beside an empty script and beside the peer's hook. */
export const measureHooks = async (stage: GuardStage, context: BenchContext): Promise<readonly Measured[]> => {
  const { repo, home } = stage;
  const { command: hook } = await installKit({ bundle: BUNDLE, kit: join(home, 'guard'), policyFile: null });
  const empty = join(home, 'empty.cjs');
  writeFileSync(empty, '');
  const env = { PATH: process.env['PATH'] ?? '', HOME: home };
  const told = { RIG_WORKSPACE: repo, RIG_AGENT_ID: 'dev-e-1', RIG_SPOOL_DIR: join(home, 'spool') };
  const sides: readonly Start[] = [
    { command: [hook], env: { ...env, ...told } },
    { command: [process.execPath, empty], env },
    { command: safetyNetHook(), env },
  ];
  const inputs = ['git status && npm test', 'git reset --hard HEAD~3'].map((text) => call(repo, text));
  const turns = context.size(60, 4);
  round(sides, inputs, context.size(4, 2));
  const rounds = Array.from({ length: context.rounds }, () => round(sides, inputs, turns));
  const values = (side: number): readonly number[] => rounds.map((one) => one[side] ?? Number.NaN);
  const common = { unit: 'ms', values: values(0), how: HOW, durability: KEPT };
  return [
    {
      ...common,
      name: 'hook, cold start',
      versus: { name: 'empty Node script', values: values(1) },
      aim: { is: '≤', bound: 1.3 },
    },
    { ...common, name: "hook, beside the peer's", versus: { name: 'cc-safety-net', values: values(2) } },
  ];
};
