import { z } from 'zod';
import { IssueNumber, RepoSlug } from './values.js';

/** Names of the log's streams: `issue/acme/greeter/7`, `pull/acme/greeter/8`, `repo/acme/greeter`. */
export const issueSubject = (repo: string, number: number): string => `issue/${repo}/${number}`;
export const pullSubject = (repo: string, number: number): string => `pull/${repo}/${number}`;
export const repoSubject = (repo: string): string => `repo/${repo}`;

export type Subject =
  | { readonly kind: 'issue' | 'pull'; readonly repo: string; readonly number: number }
  | { readonly kind: 'repo'; readonly repo: string };

/** The parts of a stream name, or undefined if it is none of ours. */
export const parseSubject = (subject: string): Subject | undefined => {
  const [kind, owner, name, number, ...rest] = subject.split('/');
  const repo = RepoSlug.safeParse(`${owner ?? ''}/${name ?? ''}`);
  if (!repo.success || rest.length > 0) return undefined;
  if (kind === 'repo' && number === undefined) return { kind, repo: repo.data };
  const parsed = IssueNumber.safeParse(Number(number));
  if ((kind === 'issue' || kind === 'pull') && parsed.success) return { kind, repo: repo.data, number: parsed.data };
  return undefined;
};

export const SubjectName = z
  .string()
  .refine((value) => parseSubject(value) !== undefined, 'a stream name such as issue/acme/greeter/7');
