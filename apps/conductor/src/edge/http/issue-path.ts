import { IssueNumber, RepoSlug } from '@rig/contracts';
import { parseQuery } from '@rig/nest-kit';
import { z } from 'zod';

const IssuePath = z.object({ repo: RepoSlug, number: z.coerce.number().pipe(IssueNumber) });

/** The issue that a route with `:owner/:name/:number` is about. */
export const issuePath = (path: Readonly<Record<string, string>>): z.infer<typeof IssuePath> =>
  parseQuery(IssuePath, { repo: `${path['owner']}/${path['name']}`, number: path['number'] });
