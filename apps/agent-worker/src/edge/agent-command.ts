import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_RESULT_BYTES, RESULT_FILE_VARIABLE, TASK_FILE_VARIABLE } from '@rig/agent-kit';
import { agentEnvironment } from '../core/agent-environment.js';
import { agentIdentity, identityVariables } from '../core/pull-text.js';
import { AttemptFailed, type AgentCommand } from '../flows/ports.js';
import { hookEnvironment, makeHookedHome, type AgentHook } from './agent-hook.js';
import { recordAgent } from './leftovers.js';
import { runProcess, type ProcessEnd } from './run-process.js';

export interface CommandSettings {
  readonly run: string;
  readonly args: readonly string[];
  /** Deadline in milliseconds. */
  readonly timeoutMs: number;
  readonly passEnv: readonly string[];
}

const READ_ROOM = MAX_RESULT_BYTES + 1;

/** The result file's text, at most a byte more than allowed; empty when there is none. */
const readResult = async (path: string): Promise<string> => {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return '';
  try {
    if (!(await file.stat()).isFile()) return '';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(READ_ROOM), 0, READ_ROOM, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
};

/** A command that failed may still have said why in its result file; that is worth more than its exit code. */
const judge = (end: ProcessEnd, result: string, timeoutMs: number): string => {
  switch (end.how) {
    case 'not-started':
      throw new AttemptFailed('AGENT_NOT_STARTED', `the agent command could not be started: ${end.message}`);
    case 'timed-out':
      throw new AttemptFailed('AGENT_TIMED_OUT', `the agent command ran longer than ${timeoutMs} ms\n${end.tail}`);
    case 'stopped':
      throw new AttemptFailed('WORKER_FAILED', 'the agent command was stopped');
    case 'exited':
      if (end.code === 0) {
        if (result !== '') return result;
        throw new AttemptFailed('RESULT_INVALID', `the agent command wrote no result\n${end.tail}`);
      }
      if (/"outcome"\s*:\s*"failed"/.test(result)) return result;
      throw new AttemptFailed('AGENT_EXITED', `the agent command ended with exit code ${end.code}\n${end.tail}`);
  }
};

/** Runs an agent's command in a worktree by the protocol of task file and result file. */
export const createAgentCommand = (
  settings: () => CommandSettings,
  hook: AgentHook,
  environment: NodeJS.ProcessEnv = process.env,
): AgentCommand => ({
  run: async (task, workspace, signal) => {
    const { run, args, timeoutMs, passEnv } = settings();
    const taskFile = join(workspace.folder, 'task.json');
    const scratch = join(workspace.folder, 'scratch');
    const resultFile = join(scratch, 'result.json');
    const home = join(workspace.folder, 'home');
    await mkdir(scratch, { recursive: true });
    await makeHookedHome(home, hook);
    await writeFile(taskFile, JSON.stringify(task));
    const { agent, taskId, fence } = task;
    const env = agentEnvironment(environment, passEnv, {
      HOME: home,
      ...identityVariables(agentIdentity(agent)),
      ...hookEnvironment(hook, { agent, taskId, fence, workspace: workspace.tree, scratch }),
      [TASK_FILE_VARIABLE]: taskFile,
      [RESULT_FILE_VARIABLE]: resultFile,
    });
    let recording = Promise.resolve();
    const onStart = (pid: number): void => {
      recording = recordAgent(workspace.folder, pid).catch(() => undefined);
    };
    const end = await runProcess({ run, args, cwd: workspace.tree, env, timeoutMs, signal, onStart });
    await recording;
    return judge(end, await readResult(resultFile), timeoutMs);
  },
});
