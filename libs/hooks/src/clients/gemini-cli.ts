import { accept } from '@rig/kernel';
import {
  handlersOf,
  isObject,
  putGroup,
  readJsonSettings,
  textOf,
  timeOf,
  wordsOf,
  writeJsonSettings,
} from '../settings/json-settings.js';
import type { Client } from './client.js';

const MATCHER = 'run_shell_command|write_file|replace|edit|mcp_.*';
const TIMEOUT_MS = 30_000;

/** Gemini CLI lets a call happen when a hook fails: the guard's own script is what turns every fault into a refusal. */
export const geminiCli: Client = {
  name: 'gemini-cli',
  title: 'Gemini CLI',
  file: { managed: 'etc/gemini-cli/settings.json', user: '.gemini/settings.json' },
  shellTool: 'run_shell_command',
  caveat: () => undefined,
  advice: () => [
    'Do not trust folders that agents work in: settings of a trusted workspace can name hooks that are not to run.',
  ],
  put: (text, command) => {
    const read = readJsonSettings(text);
    if (!read.ok) return read;
    const handler = { name: 'rig-guard', type: 'command', command, timeout: TIMEOUT_MS };
    const settings = putGroup(read.value, 'BeforeTool', { matcher: MATCHER, hooks: [handler] });
    const config = isObject(settings['hooksConfig']) ? settings['hooksConfig'] : {};
    return accept(writeJsonSettings({ ...settings, hooksConfig: { ...config, enabled: true } }));
  },
  read: (text) => {
    const read = readJsonSettings(text);
    if (!read.ok) return read;
    const commands = handlersOf(read.value, 'BeforeTool').map(({ matcher, handler }) => ({
      command: textOf(handler['command']),
      args: undefined,
      matcher,
      failsClosed: false,
      timeoutMs: timeOf(handler['timeout'], 1, 60_000),
    }));
    const config = isObject(read.value['hooksConfig']) ? read.value['hooksConfig'] : {};
    const disabled = wordsOf(config['disabled']) ?? [];
    return accept({
      commands,
      problems: [
        ...(config['enabled'] === false ? ['hooksConfig.enabled is false: no hook runs'] : []),
        ...(disabled.some((name) => /(^|\/)rig-guard$/.test(name)) ? ['hooksConfig.disabled names the guard'] : []),
      ],
    });
  },
  call: (command, cwd, session) => ({
    session_id: session,
    transcript_path: '/dev/null',
    cwd,
    hook_event_name: 'BeforeTool',
    timestamp: '1970-01-01T00:00:00.000Z',
    tool_name: 'run_shell_command',
    tool_input: { command },
  }),
};
