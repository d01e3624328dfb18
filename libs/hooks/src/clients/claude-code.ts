import { accept } from '@rig/kernel';
import {
  handlersOf,
  putGroup,
  readJsonSettings,
  textOf,
  timeOf,
  wordsOf,
  writeJsonSettings,
} from '../settings/json-settings.js';
import type { Client } from './client.js';

/** Names of tools: `Bash(rm *)`, which permissions understand, never matches here. */
export const MATCHER = 'Bash|PowerShell|Monitor|Write|Edit|NotebookEdit|mcp__.*';
const TIMEOUT_S = 30;

export const claudeCode: Client = {
  name: 'claude-code',
  title: 'Claude Code',
  file: { managed: 'etc/claude-code/managed-settings.json', user: '.claude/settings.json' },
  shellTool: 'Bash',
  caveat: () => undefined,
  advice: (scope) =>
    scope === 'managed'
      ? ['Never start the client with --bare.']
      : [
          'Start the client with --setting-sources user: settings in a workspace can switch hooks off, or change what they judged.',
          'Never start it with --bare, or with settings that are not valid JSON: both run commands unguarded.',
        ],
  put: (text, command, scope) => {
    const read = readJsonSettings(text);
    if (!read.ok) return read;
    const handler = { type: 'command', command, args: [], timeout: TIMEOUT_S, onFailure: 'block' };
    const settings = putGroup(read.value, 'PreToolUse', { matcher: MATCHER, hooks: [handler] });
    // A hook of the workspace could change the command after the guard has judged it.
    const own = scope === 'managed' ? { ...settings, allowManagedHooksOnly: true } : settings;
    return accept(writeJsonSettings(own));
  },
  read: (text) => {
    const read = readJsonSettings(text);
    if (!read.ok) return read;
    const commands = handlersOf(read.value, 'PreToolUse').map(({ matcher, handler }) => ({
      command: textOf(handler['command']),
      args: wordsOf(handler['args']),
      matcher,
      failsClosed: handler['onFailure'] === 'block',
      timeoutMs: timeOf(handler['timeout'], 1_000, 60_000),
    }));
    const off = read.value['disableAllHooks'] === true;
    return accept({ commands, problems: off ? ['disableAllHooks switches every hook off'] : [] });
  },
  call: (command, cwd, session) => ({
    session_id: session,
    transcript_path: '/dev/null',
    cwd,
    permission_mode: 'default',
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command, description: 'Tests the guard' },
    tool_use_id: session,
  }),
};
