import { accept, type Refusal, type Result } from '@rig/kernel';
import { inFolder } from './in-folder.js';
import { isRecord, readShape, textOf, type Fields, type Shape } from './shape.js';
import type { ToolCall } from './tool-call.js';

/**
 * `PreToolUse` of Codex: told from Claude Code's by `turn_id`. Shell tools of all kinds come as `Bash` with a `command`,
 * patches as `apply_patch` with the patch in `command`.
 */
export const CODEX: Shape = {
  hook_event_name: { is: 'PreToolUse' },
  session_id: 'text',
  turn_id: 'text',
  cwd: 'path',
  model: 'text?',
  tool_name: 'text',
  tool_input: 'object',
  tool_use_id: 'text?',
};

export const parseCodex = (value: Fields): Result<ToolCall, Refusal> => {
  const read = readShape('Codex', CODEX, value);
  if (!read.ok) return read;
  const { session_id, cwd, tool_name, tool_input, tool_use_id } = read.value;
  const input = isRecord(tool_input) ? tool_input : {};
  return accept({
    client: 'codex',
    tool: String(tool_name),
    input,
    cwd: inFolder(String(cwd), input['workdir']),
    session: textOf(session_id),
    callId: textOf(tool_use_id),
  });
};
