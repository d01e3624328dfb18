import { has, readArgs, valued } from '../argv.js';
import { LIMITS } from '../limits.js';
import type { Shell, Value } from '../shell/state.js';
import { hazard, type Git } from './git-call.js';

const HOOK_KEYS = /^(core\.(hookspath|fsmonitor|worktree|bare)|hook\..*)$/;
const COMMAND_KEYS =
  /^(core\.(pager|editor|sshcommand|askpass|gitproxy)|pager\..*|sequence\.editor|diff\.external|.*\.textconv|filter\..*\.(clean|smudge|process)|merge\..*\.driver|credential\..*helper|credential\.helper|uploadpack\.packobjectshook|gpg\.program|web\.browser|browser\..*\.cmd|(merge|diff)tool\..*\.cmd)$/;

/** What setting a key of the configuration does. */
export const configure = (git: Git, key: string, value: string): void => {
  const { call } = git;
  const name = key.toLowerCase();
  if (HOOK_KEYS.test(name) && name !== 'core.worktree' && name !== 'core.bare') hazard(git, 'hooks', key);
  if (/^remote\..*\.(push|mirror)$/.test(name) && /^\+|^true$/.test(value)) hazard(git, 'push-force', key);
  if (COMMAND_KEYS.test(name) && value !== '')
    call.machine.runText(value.replace(/^!/, ''), call.shell.fork(), `git config ${key}`, '', true);
};

/** `git config`. */
export const config = (git: Git): void => {
  const args = readArgs(git.rest, valued('-f --file --blob --type --default --comment --value --url'), false, 0);
  const operands = /^(set|add|replace-all)$/.test(args.operands[0] ?? '') ? args.operands.slice(1) : args.operands;
  const [key, value] = operands;
  const reads = has(args, '--get', '--list', '--unset', '--get-all', '--get-regexp', '-l', '--unset-all', '-e');
  if (/^(get|list|unset)$/.test(args.operands[0] ?? '')) return;
  if (key !== undefined && value !== undefined && !reads) {
    git.call.shell.shared.gitConfig.set(key.toLowerCase(), value);
    configure(git, key, value);
  }
  if (/hookspath/i.test(key ?? '') && /--unset/.test(git.rest.join(' '))) hazard(git, 'hooks', 'core.hooksPath');
};

const text = (value: Value): string => (typeof value === 'string' ? value : value.join(' '));

/** What `-c key=value` and the environment (`GIT_CONFIG_KEY_0`) set for one call; keys in lower case. */
export const settingsOf = (given: readonly string[], shell: Shell): readonly (readonly [string, string])[] => {
  const settings = given.map((setting) => {
    const [key = '', value = ''] = setting.split(/=(.*)/s);
    return [key.toLowerCase(), value] as const;
  });
  if (!shell.has('GIT_CONFIG_COUNT')) return settings;
  const count = Math.min(LIMITS.turns, Number(text(shell.get('GIT_CONFIG_COUNT'))) || 0);
  const numbered = Array.from({ length: count }, (_, index) => {
    const key = text(shell.get(`GIT_CONFIG_KEY_${index}`));
    return [key.toLowerCase(), text(shell.get(`GIT_CONFIG_VALUE_${index}`))] as const;
  });
  return [...settings, ...numbered];
};
