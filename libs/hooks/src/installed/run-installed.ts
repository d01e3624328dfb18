import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { ClientName, HookCommand } from '../clients/client.js';
import { clientOf } from '../clients/index.js';

export interface InstalledCall {
  readonly client: ClientName;
  /** The settings that the client reads. */
  readonly settings: string;
  /** What the client's shell tool is to run. */
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  readonly session: string;
  /** The client's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** What became of a call that a client would have made. */
export interface InstalledEnd {
  readonly blocked: boolean;
  /** Why it was not blocked, or what the hook said. */
  readonly why: string;
}

interface HookEnd {
  readonly code: number | null;
  readonly stderr: string;
}

/** What a hook says is for the model; more is not kept. */
const MAX_SAID = 4_096;

/**
 * A shell stands for the client: the hook looks at the environment of the process that started it, so there has to be
 * one that was given this call's. It must not make way for the hook, hence the second command.
 */
const start = ({ command, args }: HookCommand): readonly [string, readonly string[]] =>
  args === undefined
    ? ['/bin/sh', ['-c', `${command}\nexit $?`]]
    : ['/bin/sh', ['-c', '"$@"; exit $?', 'client', command, ...args]];

const runHook = (hook: HookCommand, input: string, { cwd, env }: InstalledCall): Promise<HookEnd> =>
  new Promise((resolve) => {
    const [program, args] = start(hook);
    const options = { cwd, env: { ...env }, timeout: hook.timeoutMs, killSignal: 'SIGKILL' } as const;
    const child = spawn(program, [...args], { ...options, stdio: ['pipe', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < MAX_SAID) stderr += chunk.toString();
    });
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => resolve({ code: null, stderr: error.message }));
    child.once('close', (code) => resolve({ code, stderr: stderr.slice(0, MAX_SAID) }));
    child.stdin.end(input);
  });

const matches = (matcher: string | undefined, tool: string): boolean => {
  try {
    return matcher === undefined || new RegExp(`^(?:${matcher})$`).test(tool);
  } catch {
    return false;
  }
};

const open = (why: string): InstalledEnd => ({ blocked: false, why });

/**
 * Runs the hooks that a client's settings put before its shell tool, as that client would, and says whether the call
 * would have been blocked by one of them. A hook that merely fails does not count, even where the client would block:
 * it says nothing about the next command.
 */
export const runInstalled = async (call: InstalledCall): Promise<InstalledEnd> => {
  const client = clientOf(call.client);
  const text = await readFile(call.settings, 'utf8').catch(() => undefined);
  if (text === undefined) return open(`${client.title} has no settings at ${call.settings}`);
  const read = client.read(text);
  if (!read.ok) return open(`${call.settings}: ${read.refusal.message}`);
  const [problem] = read.value.problems;
  if (problem !== undefined) return open(`${call.settings}: ${problem}`);
  const hooks = read.value.commands.filter(({ matcher }) => matches(matcher, client.shellTool));
  if (hooks.length === 0) return open(`${call.settings} puts no hook before ${client.shellTool}`);
  const input = JSON.stringify(client.call(call.command, call.cwd, call.session));
  const ends = await Promise.all(hooks.map((hook) => runHook(hook, input, call)));
  const block = ends.find(({ code, stderr }) => code === 2 && stderr.trim() !== '');
  if (block !== undefined) return { blocked: true, why: block.stderr.trim() };
  const [first] = ends;
  const said = first?.stderr.trim().split('\n')[0] ?? '';
  return open(
    `the hook ended with ${first?.code ?? 'no exit code'}, which blocks nothing${said === '' ? '' : `: ${said}`}`,
  );
};
