import { RepoSlug } from '@rig/contracts';
import { RigError } from '@rig/kernel';

/** `owner/name` as the two parameters of a route. @throws RigError FORGE_REPO_INVALID (terminal) */
export const repoParts = (slug: string): { readonly owner: string; readonly repo: string } => {
  const parsed = RepoSlug.safeParse(slug);
  const [owner, repo] = parsed.success ? parsed.data.split('/') : [];
  if (owner === undefined || repo === undefined) {
    throw new RigError({
      code: 'FORGE_REPO_INVALID',
      kind: 'terminal',
      message: 'A repository name is not of the form owner/name',
      fix: 'Write it as owner/name, for example acme/greeter',
    });
  }
  return { owner, repo };
};

/**
 * Placeholders are escaped, but dots are not: `.` and `..` in a path are steps, whatever they were meant to name.
 * @throws RigError FORGE_NAME_INVALID (terminal)
 */
export const checkPlaceholders = (route: string, params: Readonly<Record<string, unknown>>): void => {
  for (const [, name = ''] of route.matchAll(/\{(\w+)\}/g)) {
    const value = params[name];
    if (typeof value === 'number' || (typeof value === 'string' && !['', '.', '..'].includes(value))) continue;
    throw new RigError({
      code: 'FORGE_NAME_INVALID',
      kind: 'terminal',
      message: `The ${name} of ${route} is missing or is a step in a path`,
      fix: 'Look where the name comes from; the forge has no such name',
    });
  }
};
