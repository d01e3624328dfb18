import { join } from 'node:path';
import type { Logger } from '@rig/kernel';
import { watchYaml, type WatchedFile } from '@rig/nest-kit';
import { parseAgentsFile, parsePolicyFile, repoPolicy, type AgentsFile, type PolicyFile } from '@rig/policy';
import type { DispatchConfig } from '../core/view.js';

export interface ConfigFiles {
  readonly agents: WatchedFile<AgentsFile>;
  readonly policy: WatchedFile<PolicyFile>;
  /** As the last good files say. */
  current(): DispatchConfig;
}

/** The policies of one version of the file, each worked out once: a pass asks for the same few again and again. */
const policiesOf = (file: PolicyFile): DispatchConfig['policyOf'] => {
  const known = new Map<string, ReturnType<typeof repoPolicy>>();
  return (repo) => {
    const policy = known.get(repo) ?? repoPolicy(file, repo);
    known.set(repo, policy);
    return policy;
  };
};

/** rig.agents.yaml and rig.policy.yaml of a folder, read again when they change. */
export const openConfigFiles = async (directory: string, logger: Logger): Promise<ConfigFiles> => {
  const agents = await watchYaml(join(directory, 'rig.agents.yaml'), parseAgentsFile, { logger });
  const policy = await watchYaml(join(directory, 'rig.policy.yaml'), parsePolicyFile, { logger });
  let file = policy.current();
  let policyOf = policiesOf(file);
  return {
    agents,
    policy,
    current: () => {
      if (policy.current() !== file) {
        file = policy.current();
        policyOf = policiesOf(file);
      }
      return { agents: agents.current().agents, policyOf };
    },
  };
};
