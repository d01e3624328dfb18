import { CommitSha, IssueNumber, RepoSlug } from '@rig/contracts';
import { z } from 'zod';

/** The fields of webhook payloads that more than one event uses, already in the form in which Rig keeps them. */

const SHORT_TEXT = 1_024;
const TEXT = 65_536;
const MAX_LABELS = 100;

/**
 * Cuts instead of refusing: a long title must not lose the delivery. NUL and halves of surrogate pairs, which a JSON
 * column cannot hold, are replaced; so is the half that a cut may leave.
 */
const fitted = (text: string, limit: number): string =>
  text.slice(0, limit).replaceAll('\u0000', '\uFFFD').toWellFormed();

const textUpTo = (limit: number) =>
  z
    .string()
    .nullish()
    .transform((text) => fitted(text ?? '', limit));

/** Absent and null read as empty. */
export const OptionalText = textUpTo(TEXT);
export const OptionalShort = textUpTo(SHORT_TEXT);
export const Short = z.string().transform((text) => fitted(text, SHORT_TEXT));

/** The payloads mix `Z` and offsets; what is kept is always UTC with milliseconds, so that times compare as text. */
export const Time = z.iso
  .datetime({ offset: true })
  .pipe(z.coerce.date())
  .transform((time) => time.toISOString());

/** Ids are numbers in payloads and text in Rig. */
export const Id = z.union([z.int(), z.string().min(1)]).transform((id) => fitted(String(id), SHORT_TEXT));

export { CommitSha, IssueNumber };

/** Deleted accounts are null; the forge itself shows them as "ghost". */
export const Login = z
  .object({ login: Short })
  .nullish()
  .transform((user) => user?.login ?? 'ghost');

export const Labels = z
  .array(z.object({ name: Short }))
  .nullish()
  .transform((labels) => (labels ?? []).slice(0, MAX_LABELS).map((label) => label.name));

export const State = z.enum(['open', 'closed']);

/** Who did what, and where: part of every event that is used. */
export const Frame = z.object({
  action: Short.optional(),
  sender: Login,
  repository: z.object({ full_name: RepoSlug, default_branch: Short }),
});
