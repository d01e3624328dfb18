import { accept, type Refusal, type Result } from '@rig/kernel';
import { inFolder } from './in-folder.js';
import { isRecord, readShape, textOf, type Fields, type Shape } from './shape.js';
import type { ToolCall } from './tool-call.js';

/** `BeforeTool` of Gemini CLI. It has no id for a call. */
export const GEMINI_CLI: Shape = {
  hook_event_name: { is: 'BeforeTool' },
  session_id: 'text',
  cwd: 'path',
  timestamp: 'text?',
  tool_name: 'text',
  tool_input: 'object',
};

export const parseGeminiCli = (value: Fields): Result<ToolCall, Refusal> => {
  const read = readShape('Gemini CLI', GEMINI_CLI, value);
  if (!read.ok) return read;
  const { session_id, cwd, tool_name, tool_input } = read.value;
  const input = isRecord(tool_input) ? tool_input : {};
  return accept({
    client: 'gemini-cli',
    tool: String(tool_name),
    input,
    // A command may name the folder it starts in; older versions call it `directory`.
    cwd: inFolder(String(cwd), input['dir_path'] ?? input['directory']),
    session: textOf(session_id),
    callId: null,
  });
};
