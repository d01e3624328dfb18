import { readFile } from 'node:fs/promises';
import { createEnrolledTokens, type TokenSource } from '@rig/agent-kit';
import { enrolmentFile, type RunPaths } from '../../core/run-paths.js';

/** Access tokens of agents, bought with the enrolment tokens that the run made for them. */
export const createAgentTokens = (paths: RunPaths, conductorUrl: string): ((agent: string) => TokenSource) => {
  const sources = new Map<string, TokenSource>();
  return (agent) => {
    const enrolment = (): Promise<string> => readFile(enrolmentFile(paths, agent), 'utf8');
    const source = sources.get(agent) ?? createEnrolledTokens({ conductorUrl, enrolment });
    sources.set(agent, source);
    return source;
  };
};
