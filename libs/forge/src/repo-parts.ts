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
