import { refuse, type Refusal, type Result } from '@rig/kernel';
import { parseClaudeCode } from './claude-code.js';
import { parseCodex } from './codex.js';
import { parseGeminiCli } from './gemini-cli.js';
import { isRecord } from './shape.js';
import type { ToolCall } from './tool-call.js';

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads what a client says on standard input. What fits no client is refused: it cannot be judged. */
export const parseInput = (text: string): Result<ToolCall, Refusal> => {
  const value = parseJson(text);
  if (!isRecord(value)) return refuse({ code: 'INPUT_INVALID', message: 'standard input is no JSON object' });
  switch (value['hook_event_name']) {
    case 'BeforeTool':
      return parseGeminiCli(value);
    case 'PreToolUse':
      return typeof value['turn_id'] === 'string' ? parseCodex(value) : parseClaudeCode(value);
    default:
      return refuse({
        code: 'INPUT_INVALID',
        message: 'standard input has no hook_event_name PreToolUse or BeforeTool',
      });
  }
};
