import { freePort } from '@rig/embedded';
import type { ProcessSpec } from '../../core/process-spec.js';
import type { FaultRow } from '../../flows/faults/run-row.js';
import type { SystemGroups } from '../../flows/start-system.js';

const SERVICES = /^(conductor|gateway|dispatcher|guard-svc)-/;

/** Which processes a row's world has. */
export interface WorldPlan {
  arrange(groups: SystemGroups): Promise<SystemGroups>;
  /** One more process like another, under the same HOSTNAME. */
  twin(name: string, as: string): Promise<ProcessSpec>;
  /** Processes that were held back. */
  later(): readonly ProcessSpec[];
  readyUrl(name: string): string | undefined;
  /** A variable of a process's environment. */
  variable(name: string, variable: string): string | undefined;
}

const copyOf = async (spec: ProcessSpec, name: string): Promise<ProcessSpec> => {
  const port = await freePort();
  const readyUrl = spec.readyUrl.replace(/:\d+\//, `:${port}/`);
  return { ...spec, name, env: { ...spec.env, RIG_PORT: String(port) }, readyUrl };
};

export const planWorld = ({ twice = false, later }: FaultRow): WorldPlan => {
  const specs = new Map<string, ProcessSpec>();
  const held: ProcessSpec[] = [];
  const doubled = twice === true ? SERVICES : twice;
  const withTwins = async (group: readonly ProcessSpec[]): Promise<readonly ProcessSpec[]> => {
    const chosen = doubled === false ? [] : group.filter(({ name }) => doubled.test(name));
    return [...group, ...(await Promise.all(chosen.map((spec) => copyOf(spec, `${spec.name}-b`))))];
  };
  return {
    arrange: async (groups) => {
      const all = await Promise.all(groups.map(withTwins));
      for (const spec of all.flat()) specs.set(spec.name, spec);
      held.push(...all.flat().filter(({ name }) => later?.test(name) === true));
      return all.map((group) => group.filter((spec) => !held.includes(spec)));
    },
    twin: async (name, as) => {
      const spec = specs.get(name);
      if (spec === undefined) throw new Error(`there is no process ${name}`);
      const copy = await copyOf(spec, as);
      const twin = { ...copy, env: { ...copy.env, HOSTNAME: name } };
      specs.set(as, twin);
      return twin;
    },
    later: () => held,
    readyUrl: (name) => specs.get(name)?.readyUrl,
    variable: (name, variable) => specs.get(name)?.env[variable],
  };
};
