import { readFile } from 'node:fs/promises';
import { parseAgentsFile, parsePolicyFile, repoPolicy } from '@rig/policy';
import { RigError, type Refusal, type Result } from '@rig/kernel';
import { RepoSlug, parseOption, usageError } from '../core/arguments.js';
import { table } from '../core/format.js';
import { rigHome } from './checkout.js';
import { errorCode } from './error-code.js';
import { findRunning } from './running-system.js';
import { printJson, printOut } from './terminal.js';

/** No configuration is larger; a wrong file is not read whole. */
const MAX_BYTES = 1_000_000;

const readText = async (file: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const reason = errorCode(cause) === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw usageError(`the file ${file} ${reason}`, 'Name a rig.policy.yaml or rig.agents.yaml.');
  });
  if (text.length > MAX_BYTES)
    throw usageError(`${file} is larger than ${MAX_BYTES} bytes`, 'Name a configuration file.');
  return text;
};

/** An agents file is known by its one top-level key. */
const isAgentsFile = (file: string, text: string): boolean =>
  /agents\.ya?ml$/.test(file) || (!/policy\.ya?ml$/.test(file) && /^agents\s*:/m.test(text));

const checked = (file: string, text: string): { kind: string; said: string; result: Result<unknown, Refusal> } => {
  if (isAgentsFile(file, text)) {
    const result = parseAgentsFile(text);
    const said = result.ok ? `${result.value.agents.length} agents` : '';
    return { kind: 'agents', said, result };
  }
  const result = parsePolicyFile(text);
  const said = result.ok ? `${Object.keys(result.value.repositories).length} repositories` : '';
  return { kind: 'policy', said, result };
};

/** `rig policy check`: 0 if the file holds, 1 if not. */
export const checkPolicy = async (file: string, given: Record<string, unknown>): Promise<number> => {
  const text = await readText(file);
  const { kind, said, result } = checked(file, text);
  if (given['json'] === true) {
    printJson(result.ok ? { file, kind, ok: true } : { file, kind, ok: false, ...result.refusal });
    return result.ok ? 0 : 1;
  }
  if (!result.ok) {
    const { code, message, fix } = result.refusal;
    throw new RigError({ code, kind: 'terminal', message, ...(fix === undefined ? {} : { fix }) });
  }
  printOut(`${file}: a valid ${kind} file (${said}).`);
  return 0;
};

const policyFile = async (named: unknown): Promise<string> => {
  if (typeof named === 'string') return named;
  const dir = (await findRunning())?.configDir ?? process.env['RIG_CONFIG_DIR'] ?? `${rigHome()}/up/config`;
  return `${dir}/rig.policy.yaml`;
};

/** `rig policy show` */
export const showPolicy = async (repository: string, given: Record<string, unknown>): Promise<number> => {
  const repo = parseOption(RepoSlug, 'repository', repository, 'rig policy show acme/greeter');
  const file = await policyFile(given['file']);
  const parsed = parsePolicyFile(await readText(file));
  if (!parsed.ok) {
    const { code, message, fix } = parsed.refusal;
    throw new RigError({ code, kind: 'terminal', message, ...(fix === undefined ? {} : { fix }) });
  }
  const policy = repoPolicy(parsed.value, repo);
  const own = parsed.value.repositories[repo] ?? {};
  const whence = (key: string): string =>
    key in own ? 'this repository' : key in parsed.value.defaults ? 'defaults of the file' : 'safe default';
  if (given['json'] === true) printJson({ repository: repo, file, policy });
  else {
    const rows = Object.entries(policy).map(([key, value]) => [key, String(value), whence(key)]);
    printOut([`${repo} (${file})`, ...table(['SETTING', 'VALUE', 'FROM'], rows)].join('\n'));
  }
  return 0;
};
