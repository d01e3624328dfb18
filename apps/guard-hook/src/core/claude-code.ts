import { accept, type Refusal, type Result } from '@rig/kernel';
import { isRecord, readShape, textOf, type Fields, type Shape } from './shape.js';
import type { ToolCall } from './tool-call.js';

/** `PreToolUse` of Claude Code. */
export const CLAUDE_CODE: Shape = {
  hook_event_name: { is: 'PreToolUse' },
  session_id: 'text',
  cwd: 'path',
  tool_name: 'text',
  tool_input: 'object',
  tool_use_id: 'text?',
};

export const parseClaudeCode = (value: Fields): Result<ToolCall, Refusal> => {
  const read = readShape('Claude Code', CLAUDE_CODE, value);
  if (!read.ok) return read;
  const { session_id, cwd, tool_name, tool_input, tool_use_id } = read.value;
  return accept({
    client: 'claude-code',
    tool: String(tool_name),
    input: isRecord(tool_input) ? tool_input : {},
    cwd: String(cwd),
    session: textOf(session_id),
    callId: textOf(tool_use_id),
  });
};
