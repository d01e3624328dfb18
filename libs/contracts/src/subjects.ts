import { z } from 'zod';
import { AgentId, GREATEST_ISSUE_NUMBER, REPO_SLUG } from './values.js';

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

// Asked for every event that is read: without the cost of a parse.
const isRepoSlug = (text: string): boolean => REPO_SLUG.test(text);
const isIssueNumber = (value: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= GREATEST_ISSUE_NUMBER;

/** The issue or pull request a stream is about; undefined for any other stream. */
export const parsePlace = (subject: string): Place | undefined => {
  const kind = subject.startsWith('issue/') ? 'issue' : subject.startsWith('pull/') ? 'pull' : undefined;
  if (kind === undefined) return undefined;
  const cut = subject.lastIndexOf('/');
  const repo = subject.slice(kind.length + 1, cut);
  const number = Number(subject.slice(cut + 1));
  return isRepoSlug(repo) && isIssueNumber(number) ? { kind, repo, number } : undefined;
};

/** The parts of a stream name, or undefined if it is none of ours. */
export const parseSubject = (subject: string): Subject | undefined => {
  if (SYSTEM_SUBJECTS.includes(subject)) return { kind: 'system', name: subject.slice('system/'.length) };
  const cut = subject.indexOf('/');
  const rest = subject.slice(cut + 1);
  switch (subject.slice(0, Math.max(cut, 0))) {
    case 'repo':
      return isRepoSlug(rest) ? { kind: 'repo', repo: rest } : undefined;
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
