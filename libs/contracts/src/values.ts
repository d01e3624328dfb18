import { z } from 'zod';

/**
 * The words that contracts are built of. Each refuses what could be read as syntax by git, a shell or a path.
 */

/** GitHub's own rules: an account name of letters, digits and dashes; a repository name that is neither `.` nor `..`. */
export const REPO_SLUG = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

/** `owner/name`. */
export const RepoSlug = z.string().regex(REPO_SLUG, 'a repository as owner/name, for example acme/greeter');

export const GREATEST_ISSUE_NUMBER = 2_147_483_647;
export const IssueNumber = z.int().min(1).max(GREATEST_ISSUE_NUMBER);

export const AgentId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'an agent id: lower-case letters, digits and dashes, at most 40, letter first');

/** A pod name or the name the launcher gave the process. */
export const WorkerName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'a host name, at most 128 characters');

export const CommitSha = z.string().regex(/^[0-9a-f]{40}$/, 'a full commit id: 40 hexadecimal digits');

export const Position = z.int().min(0);

export const Time = z.iso.datetime({ offset: true });

/** Blast radius, T0 (trivial) to T3 (a person must decide). */
export const Tier = z.enum(['T0', 'T1', 'T2', 'T3']);

/** 0 is the most urgent. */
export const Priority = z.int().min(0).max(3);

export const TaskKind = z.enum(['implement', 'review', 'fix-review', 'fix-ci']);
export type TaskKind = z.infer<typeof TaskKind>;

/** One worker process: the pod it runs in and which start of it. */
export const Worker = z.object({ name: WorkerName, incarnation: z.uuid() });
export type Worker = z.infer<typeof Worker>;

export const TaskId = z.uuid();

/** Text from people or models: data everywhere, syntax nowhere; bounded so that one field cannot fill a stream. */
export const Text = z.string().max(65_536);
export const ShortText = z.string().max(1_024);
