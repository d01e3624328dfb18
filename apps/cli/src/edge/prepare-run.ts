import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseAgentsFile, parsePolicyFile } from '@rig/policy';
import { RigError, type Refusal, type Result } from '@rig/kernel';
import { noAgents, openPolicy, safePolicy, scriptedAgents } from '../core/config-texts.js';
import type { ForgeChoice } from '../core/forge-choice.js';
import type { RunPaths } from '../core/run-paths.js';
import type { PlannedAgent } from '../core/system-plan.js';
import { appsDir } from './checkout.js';
import { errorCode } from './error-code.js';

export interface PrepareConfigOptions {
  readonly paths: RunPaths;
  readonly forge: ForgeChoice;
  readonly repo: string;
  readonly authors: number;
  readonly reviewerSlots: number;
  /** The operator's own configuration, used as it stands. */
  readonly configDir: string | undefined;
  /** Further fields of the repository's policy, where the file is made anew. */
  readonly policy?: Readonly<Record<string, string | number>> | undefined;
}

const keepOrWrite = async (file: string, text: string): Promise<string> => {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
    return text;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return readFile(file, 'utf8');
    throw error;
  }
};

const mustRead = async (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new RigError({
      code: 'CONFIG_MISSING',
      kind: 'terminal',
      message: `RIG_CONFIG_DIR has no readable ${file.slice(file.lastIndexOf('/') + 1)}`,
      fix: `Put rig.agents.yaml and rig.policy.yaml there, or unset RIG_CONFIG_DIR.`,
      cause,
    });
  });

const valid = <T>(result: Result<T, Refusal>): T => {
  if (result.ok) return result.value;
  const { code, message, fix } = result.refusal;
  throw new RigError({ code, kind: 'terminal', message, ...(fix === undefined ? {} : { fix }) });
};

const texts = async (options: PrepareConfigOptions, dir: string): Promise<readonly [string, string]> => {
  const [agentsFile, policyFile] = [`${dir}/rig.agents.yaml`, `${dir}/rig.policy.yaml`];
  if (options.configDir !== undefined) return [await mustRead(agentsFile), await mustRead(policyFile)];
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if (options.forge.kind === 'github') {
    return [await keepOrWrite(agentsFile, noAgents), await keepOrWrite(policyFile, safePolicy)];
  }
  const agents = scriptedAgents({
    authors: options.authors,
    reviewers: 1,
    reviewerSlots: options.reviewerSlots,
    authorScript: `${appsDir}/agent-worker/dist/scripted/author/main.js`,
    reviewerScript: `${appsDir}/agent-worker/dist/scripted/reviewer/main.js`,
  });
  return [
    await keepOrWrite(agentsFile, agents),
    await keepOrWrite(policyFile, openPolicy(options.repo, options.policy)),
  ];
};

/** Finds or makes the configuration of a run. A file with an error ends the start: nothing has run yet. */
export const prepareConfig = async (
  options: PrepareConfigOptions,
): Promise<{ agents: readonly PlannedAgent[]; allAgents: readonly string[]; configDir: string }> => {
  const dir = options.configDir ?? options.paths.config;
  const [agentsText, policyText] = await texts(options, dir);
  const { agents } = valid(parseAgentsFile(agentsText));
  valid(parsePolicyFile(policyText));
  return {
    // An agent that asks for work itself brings its own process.
    agents: agents.filter((agent) => agent.delivery === 'stream'),
    allAgents: agents.map((agent) => agent.id),
    configDir: dir,
  };
};
