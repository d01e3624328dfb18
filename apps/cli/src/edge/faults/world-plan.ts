import { freePort } from '@rig/embedded';
import type { ProcessSpec } from '../../core/process-spec.js';
import type { FaultRow } from '../../flows/faults/run-row.js';
import type { SystemGroups } from '../../flows/start-system.js';

const SERVICES = /^(conductor|gateway|dispatcher)-/;

/** Which processes a row's world has. */
export interface WorldPlan {
  arrange(groups: SystemGroups): Promise<SystemGroups>;
  readyUrl(name: string): string | undefined;
  /** A variable of a process's environment. */
  variable(name: string, variable: string): string | undefined;
}

const twinOf = (spec: ProcessSpec, port: number): ProcessSpec => ({
  ...spec,
  name: `${spec.name}-b`,
  env: { ...spec.env, RIG_PORT: String(port) },
  readyUrl: spec.readyUrl.replace(/:\d+\//, `:${port}/`),
});

export const planWorld = ({ twice = false }: FaultRow): WorldPlan => {
  const specs = new Map<string, ProcessSpec>();
  const doubled = twice === true ? SERVICES : twice;
  const withTwins = async (group: readonly ProcessSpec[]): Promise<readonly ProcessSpec[]> => {
    if (doubled === false) return group;
    const chosen = group.filter(({ name }) => doubled.test(name));
    return [...group, ...(await Promise.all(chosen.map(async (spec) => twinOf(spec, await freePort()))))];
  };
  return {
    arrange: async (groups) => {
      const all = await Promise.all(groups.map(withTwins));
      for (const spec of all.flat()) specs.set(spec.name, spec);
      return all;
    },
    readyUrl: (name) => specs.get(name)?.readyUrl,
    variable: (name, variable) => specs.get(name)?.env[variable],
  };
};
