import { z } from 'zod';
import { AgentId, IssueNumber, RepoSlug } from './values.js';

/**
 * Names of the log's streams: `issue/acme/greeter/7`, `pull/acme/greeter/8`, `repo/acme/greeter`, `agent/dev-e-node`,
 * `system/rig` (the whole of Rig), `system/dead-letters` (what people did with dead entries).
 */
export const issueSubject = (repo: string, number: number): string => `issue/${repo}/${number}`;
export const pullSubject = (repo: string, number: number): string => `pull/${repo}/${number}`;
export const repoSubject = (repo: string): string => `repo/${repo}`;
export const agentSubject = (agent: string): string => `agent/${agent}`;
export const RIG_SUBJECT = 'system/rig';
export const DEAD_LETTERS_SUBJECT = 'system/dead-letters';

/** What an issue or pull request is called by. */
export interface Place {
  readonly kind: 'issue' | 'pull';
  readonly repo: string;
  readonly number: number;
}

export type Subject =
  | Place
  | { readonly kind: 'repo'; readonly repo: string }
  | { readonly kind: 'agent'; readonly agent: string }
  | { readonly kind: 'system'; readonly name: string };

const SYSTEM_SUBJECTS: readonly string[] = [RIG_SUBJECT, DEAD_LETTERS_SUBJECT];

/** The issue or pull request a stream is about; undefined for any other stream. */
export const parsePlace = (subject: string): Place | undefined => {
  const [kind, owner, name, number, ...rest] = subject.split('/');
  if ((kind !== 'issue' && kind !== 'pull') || rest.length > 0) return undefined;
  const repo = RepoSlug.safeParse(`${owner ?? ''}/${name ?? ''}`);
  const parsed = IssueNumber.safeParse(Number(number));
  return repo.success && parsed.success ? { kind, repo: repo.data, number: parsed.data } : undefined;
};

/** The parts of a stream name, or undefined if it is none of ours. */
export const parseSubject = (subject: string): Subject | undefined => {
  if (SYSTEM_SUBJECTS.includes(subject)) return { kind: 'system', name: subject.slice('system/'.length) };
  const cut = subject.indexOf('/');
  const rest = subject.slice(cut + 1);
  switch (subject.slice(0, Math.max(cut, 0))) {
    case 'repo': {
      const repo = RepoSlug.safeParse(rest);
      return repo.success ? { kind: 'repo', repo: repo.data } : undefined;
    }
    case 'agent': {
      const agent = AgentId.safeParse(rest);
      return agent.success ? { kind: 'agent', agent: agent.data } : undefined;
    }
    default:
      return parsePlace(subject);
  }
};

/** The repository a stream belongs to; undefined for streams of agents and of the system. */
export const repoOfSubject = (subject: string): string | undefined => {
  const parsed = parseSubject(subject);
  return parsed !== undefined && 'repo' in parsed ? parsed.repo : undefined;
};

export const SubjectName = z
  .string()
  .refine((value) => parseSubject(value) !== undefined, 'a stream name such as issue/acme/greeter/7');
