import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import {
  handlersOf,
  putGroup,
  readJsonSettings,
  textOf,
  timeOf,
  writeJsonSettings,
} from '../settings/json-settings.js';
import { findBlock, putBlocks, tableNames } from '../settings/toml-blocks.js';
import type { Client, HookCommand, ReadSettings } from './client.js';

/** Codex tells hooks of every shell tool as `Bash`, and of patches as `apply_patch`, which `Edit` and `Write` match too. */
const MATCHER = 'Bash|apply_patch|Edit|Write|mcp__.*';
const TIMEOUT_S = 30;

const asToml = (command: string): readonly [string, string] => [
  'allow_managed_hooks_only = true',
  [
    '[features]',
    'hooks = true',
    '',
    '[[hooks.PreToolUse]]',
    `matcher = ${JSON.stringify(MATCHER)}`,
    '',
    '[[hooks.PreToolUse.hooks]]',
    'type = "command"',
    `command = ${JSON.stringify(command)}`,
    `timeout = ${TIMEOUT_S}`,
  ].join('\n'),
];

const putToml = (text: string | undefined, command: string): Result<string, Refusal> => {
  const [head, tail] = asToml(command);
  const put = putBlocks(text ?? '', head, tail);
  const others = tableNames(put.others);
  const taken = others.find((name) => name === 'features' || name === 'hooks' || name.startsWith('hooks.'));
  if (taken === undefined && !/^\s*allow_managed_hooks_only\s*=/m.test(put.others)) return accept(put.text);
  return refuse({
    code: 'SETTINGS_CONFLICT',
    message: `the file has ${taken === undefined ? 'allow_managed_hooks_only' : `[${taken}]`} of its own`,
    fix: `Add this by hand, or move the file and install again:\n${head}\n${tail}`,
  });
};

/** The block that `putToml` writes; other tables are not this program's to understand. */
const readToml = (text: string): ReadSettings => {
  const block = findBlock(text) ?? '';
  const command = /^command = (".*")$/m.exec(block)?.[1];
  const matcher = /^matcher = (".*")$/m.exec(block)?.[1];
  if (command === undefined || matcher === undefined) return { commands: [], problems: [] };
  const found: HookCommand = {
    command: String(JSON.parse(command)),
    args: undefined,
    matcher: String(JSON.parse(matcher)),
    failsClosed: false,
    timeoutMs: TIMEOUT_S * 1_000,
  };
  return { commands: [found], problems: [] };
};

const looksLikeJson = (text: string): boolean => text.trimStart().startsWith('{');

/** Codex lets a call happen when a hook fails: the guard's own script is what turns every fault into a refusal. */
export const codex: Client = {
  name: 'codex',
  title: 'Codex',
  file: { managed: 'etc/codex/requirements.toml', user: '.codex/hooks.json' },
  shellTool: 'Bash',
  caveat: (scope) => (scope === 'user' ? 'Codex runs it only once it was trusted there: /hooks' : undefined),
  advice: (scope) =>
    scope === 'managed'
      ? []
      : [
          'Codex runs a hook of yours only after you have trusted it: open /hooks in Codex once, and again after each update.',
          'Where nobody can (codex exec), install as root with --managed, or pass --dangerously-bypass-hook-trust.',
        ],
  put: (text, command, scope) => {
    if (scope === 'managed') return putToml(text, command);
    const read = readJsonSettings(text);
    if (!read.ok) return read;
    const handler = { type: 'command', command, timeout: TIMEOUT_S };
    return accept(writeJsonSettings(putGroup(read.value, 'PreToolUse', { matcher: MATCHER, hooks: [handler] })));
  },
  read: (text) => {
    if (!looksLikeJson(text)) return accept(readToml(text));
    const read = readJsonSettings(text);
    if (!read.ok) return read;
    const commands = handlersOf(read.value, 'PreToolUse').map(({ matcher, handler }) => ({
      command: textOf(handler['command']),
      args: undefined,
      matcher,
      failsClosed: false,
      timeoutMs: timeOf(handler['timeout'], 1_000, 600_000),
    }));
    return accept({ commands, problems: [] });
  },
  call: (command, cwd, session) => ({
    session_id: session,
    turn_id: '1',
    transcript_path: null,
    cwd,
    hook_event_name: 'PreToolUse',
    model: 'none',
    permission_mode: 'default',
    tool_name: 'Bash',
    tool_input: { command },
    tool_use_id: session,
  }),
};
