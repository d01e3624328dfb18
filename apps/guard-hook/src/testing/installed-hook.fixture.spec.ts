import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { parseFact, type Fact } from '@rig/contracts';
import { GUARD_SPOOL, installKit, type InstallKitOptions } from '@rig/hooks';
import { createSpoolReader } from '@rig/spool';
import { testHookBundle } from '@rig/testkit';

export interface HookEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** A write to the hook's standard input that failed. */
  readonly broken: boolean;
}

export interface RunOptions {
  /** What the client was started with, besides what a worker says. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the client sets for its hooks besides: settings of a workspace can make it. */
  readonly handedOn?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** In front of the hook's command. */
  readonly through?: readonly string[];
}

/** Runs a program with text on its standard input, as a client does. */
export const runProgram = (command: readonly string[], input: string, env: Readonly<Record<string, string>>) =>
  new Promise<HookEnd>((resolve, reject) => {
    const [program = '', ...args] = command;
    const child = spawn(program, args, { env: { PATH: '/usr/bin:/bin', ...env } });
    const out = { stdout: '', stderr: '' };
    let broken = false;
    child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
    child.stdin.on('error', () => (broken = true));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...out, broken }));
    child.stdin.end(input);
  });

/** A shell that stands for the client: it starts the hook as a child of its own. */
export const asClient = (
  command: readonly string[],
  handedOn: Readonly<Record<string, string>> = {},
): readonly string[] => {
  const set = Object.entries(handedOn).map(([name, value]) => `${name}=${value}`);
  return ['/bin/sh', '-c', '"$@"; exit $?', 'client', ...(set.length > 0 ? ['env', ...set] : []), ...command];
};

export interface InstalledHook {
  readonly kit: string;
  readonly workspace: string;
  readonly spool: string;
  readonly home: string;
  reinstall(options?: Partial<InstallKitOptions>): Promise<void>;
  /** Runs the hook as a worker's client would. */
  run(input: string, options?: RunOptions): Promise<HookEnd>;
  bash(command: string, options?: RunOptions): Promise<HookEnd>;
  /** What lies in the spool, each a fact that the gateway takes. */
  reports(): Promise<readonly Fact[]>;
  remove(): Promise<void>;
}

/** What Claude Code sends for a harmless command, with changes. */
export const claudeInput = (cwd: string, change: object = {}): string =>
  JSON.stringify({
    hook_event_name: 'PreToolUse',
    session_id: 's',
    cwd,
    tool_name: 'Bash',
    tool_input: { command: 'npm test' },
    tool_use_id: 'toolu_1',
    ...change,
  });

export const ALLOWED = { code: 0, stdout: '', stderr: '', broken: false };

/** A refusal with a reason, and without anything that a client could take for something else. */
export const refused = (why = "Rig's guard") => ({
  code: 2,
  stdout: '',
  stderr: expect.stringContaining(why),
  broken: false,
});

/** The real hook, bundled and installed, with a workspace and a spool. */
export const createInstalledHook = async (): Promise<InstalledHook> => {
  const bundle = await testHookBundle();
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rig-hook-')));
  const [kit, workspace, spool, home] = ['kit', 'tree', 'spool', 'home'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const path of [workspace, home, join(workspace, '.git')]) await mkdir(path);
  await writeFile(join(workspace, 'README.md'), '');
  const reinstall = async (options: Partial<InstallKitOptions> = {}): Promise<void> => {
    await installKit({ bundle: bundle.folder, kit, policyFile: null, ...options });
  };
  await reinstall();
  const told = {
    HOME: home,
    RIG_WORKSPACE: workspace,
    RIG_AGENT_ID: 'dev-e-1',
    RIG_TASK_ID: '0197f3a0-0000-8000-8000-000000000001',
    RIG_FENCE: '41',
    RIG_SPOOL_DIR: spool,
  };
  const run: InstalledHook['run'] = (input, { env = {}, handedOn = {}, args = [], through = [] } = {}) =>
    runProgram(asClient([...through, join(kit, 'rig-guard'), ...args], handedOn), input, { ...told, ...env });
  return {
    kit,
    workspace,
    spool,
    home,
    reinstall,
    run,
    bash: (command, options) => run(claudeInput(workspace, { tool_input: { command } }), options),
    reports: async () => {
      const { records } = await createSpoolReader({ folder: spool, limits: GUARD_SPOOL }).read(1_000);
      return records.map((record) => {
        const fact = parseFact(JSON.parse(record));
        if (!fact.ok) throw new Error(fact.refusal.message);
        return fact.value;
      });
    },
    remove: async () => {
      await rm(folder, { recursive: true, force: true });
      await bundle.remove();
    },
  };
};
