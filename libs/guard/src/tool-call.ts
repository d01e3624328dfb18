import type { Decision, JudgeInput, Place } from './decision.js';
import { judgeFileWrite } from './file-write.js';
import { decide, judgeCommand } from './judge.js';
import { NO_POLICY, type GuardPolicy } from './policy/policy.js';

export interface ToolCallInput extends Place {
  /** Name of the tool as the agent's client gives it. */
  readonly tool: string;
  /** Its input, as it came: any JSON. */
  readonly input: unknown;
  readonly scripts?: NonNullable<JudgeInput['scripts']>;
}

/** Fields that hold the shell text, by tool; the first one present counts. */
const SHELL_TOOLS: Readonly<Record<string, readonly string[]>> = {
  Bash: ['command'],
  Monitor: ['command'],
  shell: ['command', 'cmd'],
  local_shell: ['command', 'cmd'],
  exec_command: ['cmd', 'command'],
  unified_exec: ['cmd', 'command'],
  run_shell_command: ['command'],
};
const FILE_TOOLS: Readonly<Record<string, readonly string[]>> = {
  Write: ['file_path', 'path'],
  Edit: ['file_path', 'path'],
  MultiEdit: ['file_path', 'path'],
  NotebookEdit: ['notebook_path', 'file_path', 'path'],
  write_file: ['file_path', 'path'],
  replace: ['file_path', 'path'],
};
const FOREIGN = new Set(['PowerShell', 'powershell', 'pwsh', 'Cmd']);

const refuse = (policy: GuardPolicy, tool: string, message: string): Decision =>
  decide({ fact: { kind: 'unanalysable', message }, via: [tool] }, policy, { start: 0, end: 0 }) ?? {
    decision: 'allow',
    policyHash: policy.hash,
  };

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of the first field present; a list of words becomes the command line it means. */
const textOf = (input: unknown, fields: readonly string[]): string | undefined => {
  if (!isRecord(input)) return undefined;
  for (const field of fields) {
    const value = input[field];
    if (typeof value === 'string') return value;
    if (Array.isArray(value) && value.every((word) => typeof word === 'string')) {
      const words = value.map(String);
      return words.map(quote).join(' ');
    }
  }
  return undefined;
};

const PATCHED = /^\*\*\* (?:Add|Update|Delete) File: (.+)$|^\*\*\* Move to: (.+)$/gm;

const judgePatch = (input: ToolCallInput, text: string): Decision => {
  const policy = input.policy ?? NO_POLICY;
  for (const [, path, moved] of text.matchAll(PATCHED)) {
    const decision = judgeFileWrite({ ...input, path: (path ?? moved ?? '').trim() });
    if (decision.decision === 'block') return decision;
  }
  return { decision: 'allow', policyHash: policy.hash };
};

/**
 * Judges a call of an agent's tool. Tools that neither run commands nor write files are allowed; a tool that does, but
 * whose input cannot be read, is refused as `guard.unanalysable`.
 */
export const judgeToolCall = (call: ToolCallInput): Decision => {
  const policy = call.policy ?? NO_POLICY;
  const { tool, input } = call;
  if (FOREIGN.has(tool)) return refuse(policy, tool, 'PowerShell cannot be analysed; use Bash');
  const mapped = policy.mcpShellTools[tool];
  const shellFields = mapped === undefined ? SHELL_TOOLS[tool] : [mapped];
  if (shellFields !== undefined) {
    const command = textOf(input, shellFields);
    if (command === undefined) return refuse(policy, tool, `no ${shellFields[0] ?? 'command'} in the tool's input`);
    return judgeCommand({ ...call, command });
  }
  if (tool === 'apply_patch') {
    const patch = textOf(input, ['input', 'patch', 'command']);
    return patch === undefined ? refuse(policy, tool, "no patch in the tool's input") : judgePatch(call, patch);
  }
  const mappedFile = policy.mcpFileTools[tool];
  const fileFields = mappedFile === undefined ? FILE_TOOLS[tool] : [mappedFile];
  if (fileFields === undefined) return { decision: 'allow', policyHash: policy.hash };
  const path = textOf(input, fileFields);
  if (path === undefined) return refuse(policy, tool, `no ${fileFields[0] ?? 'path'} in the tool's input`);
  return judgeFileWrite({ ...call, path });
};
