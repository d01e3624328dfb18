import { z } from 'zod';
import { found, HttpRefusal, unprocessable } from '../../core/errors.js';
import { effectiveProtection, openProtection, rulesFor } from '../../core/mergeability.js';
import type { Protection, Repo } from '../../core/model.js';
import { isBranchName, isSha } from '../../core/names.js';
import { commitPartJson } from '../../core/payloads/commit.js';
import { zeroSha } from '../../core/payloads/push.js';
import { repoUrl } from '../../core/payloads/repository.js';
import { nodeId } from '../../core/payloads/view.js';
import { repoKey } from '../../core/world.js';
import { createAcceptPush } from '../../flows/accept-push.js';
import type { Deps } from '../../flows/deps.js';
import { protectionOf } from '../../flows/describe-merge.js';
import { created, noContent, ok, paged, parseBody, repoRoute, type RepoContext, type Route } from '../http/route.js';
import { ProtectionBody, protectionJson, ruleJson, statusChecksJson } from './protection-json.js';

const branchOf = ({ params }: RepoContext): string => params['branch'] ?? '';

const isProtected = (repo: Repo, branch: string): boolean =>
  repo.protections[branch] !== undefined || rulesFor(repo.rulesets, branch, repo.defaultBranch).length > 0;

const shortJson = (deps: Deps, repo: Repo, name: string, sha: string) => ({
  name,
  commit: { sha, url: `${repoUrl(deps.view, repo)}/commits/${sha}` },
  protected: isProtected(repo, name),
});

const readRoutes = (deps: Deps): Route[] => [
  repoRoute('GET /branches', 'contents:read', 'List branches', async (context) => {
    const { repo, query } = context;
    const rows = [...(await deps.git.refs(repo))]
      .filter(([ref]) => ref.startsWith('refs/heads/'))
      .map(([ref, sha]) => ({ name: ref.slice('refs/heads/'.length), sha }))
      .filter(({ name }) => query['protected'] === undefined || String(isProtected(repo, name)) === query['protected']);
    return paged(context, rows, ({ name, sha }) => shortJson(deps, repo, name, sha));
  }),
  repoRoute('GET /branches/:branch', 'contents:read', 'Get a branch', async (context) => {
    const { repo } = context;
    const sha = (await deps.git.refs(repo)).get(`refs/heads/${branchOf(context)}`);
    if (sha === undefined) throw new HttpRefusal(404, 'Branch not found');
    const commit = found(await deps.git.commit(repo, sha));
    const { requiredChecks } = protectionOf(repo, branchOf(context));
    return ok({
      ...shortJson(deps, repo, branchOf(context), sha),
      commit: commitPartJson(deps.view, repo, commit),
      protection: {
        enabled: isProtected(repo, branchOf(context)),
        required_status_checks: { enforcement_level: 'everyone', contexts: requiredChecks, checks: [] },
      },
      protection_url: `${repoUrl(deps.view, repo)}/branches/${encodeURIComponent(branchOf(context))}/protection`,
    });
  }),
  repoRoute('GET /rules/branches/:branch', 'metadata:read', 'Get rules for a branch', (context) => {
    const { repo } = context;
    const rules = rulesFor(repo.rulesets, branchOf(context), repo.defaultBranch);
    return paged(
      context,
      rules.flatMap((ruleset) => ruleJson(repo, ruleset)),
      (row) => row,
    );
  }),
];

const protectionRoutes = (deps: Deps): Route[] => {
  const own = (context: RepoContext): Protection => {
    const protection = context.repo.protections[branchOf(context)];
    if (protection === undefined) throw new HttpRefusal(404, 'Branch not protected');
    return protection;
  };
  const put = (context: RepoContext, protection: Protection | null): void => {
    const repo = found(deps.world.repos.get(repoKey(context.repo.owner, context.repo.name)));
    const others = Object.entries(repo.protections).filter(([name]) => name !== branchOf(context));
    const mine = protection === null ? [] : [[branchOf(context), protection] as const];
    deps.world.repos.put({ ...repo, protections: Object.fromEntries([...others, ...mine]) });
  };
  const url = (context: RepoContext): string =>
    `${repoUrl(deps.view, context.repo)}/branches/${encodeURIComponent(branchOf(context))}/protection`;
  return [
    repoRoute('GET /branches/:branch/protection', 'administration:read', 'Get branch protection', (context) =>
      ok(protectionJson(url(context), own(context))),
    ),
    repoRoute(
      'GET /branches/:branch/protection/required_status_checks',
      'administration:read',
      'Get status checks protection',
      (context) => ok(statusChecksJson(url(context), own(context))),
    ),
    repoRoute('PUT /branches/:branch/protection', 'administration:write', 'Update branch protection', (context) => {
      const body = parseBody(ProtectionBody, context.body);
      const reviews = body.required_pull_request_reviews;
      const protection = effectiveProtection(openProtection, [], '', '');
      const changed: Protection = {
        ...protection,
        requiredChecks: body.required_status_checks?.names ?? [],
        strict: body.required_status_checks?.strict ?? false,
        approvals: reviews?.required_approving_review_count ?? (reviews === null ? 0 : 1),
        codeOwnerReviews: reviews?.require_code_owner_reviews ?? false,
        dismissStale: reviews?.dismiss_stale_reviews ?? false,
      };
      put(context, changed);
      return ok(protectionJson(url(context), changed));
    }),
    repoRoute('DELETE /branches/:branch/protection', 'administration:write', 'Delete branch protection', (context) => {
      own(context);
      put(context, null);
      return noContent;
    }),
  ];
};

const Sha = z.string().refine(isSha, 'a full commit sha');
const NewRef = z.object({ ref: z.string().startsWith('refs/heads/'), sha: Sha });
const MoveRef = z.object({ sha: Sha, force: z.boolean().default(false) });

const refRoutes = (deps: Deps): Route[] => {
  const acceptPush = createAcceptPush(deps);
  const json = (repo: Repo, ref: string, sha: string) => ({
    ref,
    node_id: nodeId('REF', `${repo.id}:${ref}`),
    url: `${repoUrl(deps.view, repo)}/git/${ref}`,
    object: { sha, type: 'commit', url: `${repoUrl(deps.view, repo)}/git/commits/${sha}` },
  });
  const refOf = ({ params }: RepoContext): string => `refs/${params['*'] ?? ''}`;
  const move = async ({ repo, actor }: RepoContext, ref: string, before: string, after: string): Promise<void> => {
    if (!isBranchName(ref.slice('refs/heads/'.length))) throw unprocessable('Reference name is not valid');
    if (before !== zeroSha && isProtected(repo, ref.slice('refs/heads/'.length)) && actor.kind === 'installation') {
      throw unprocessable('Reference update failed: the branch is protected');
    }
    await deps.exclusive(repo, async () => {
      if (!(await deps.git.updateRef(repo, ref, after, before))) throw unprocessable('Reference update failed');
      await acceptPush(repo, { ref, before, after }, actor.login);
    });
  };
  const current = async ({ repo }: RepoContext, ref: string): Promise<string> =>
    found((await deps.git.refs(repo)).get(ref));
  return [
    repoRoute('GET /git/ref/*', 'contents:read', 'Get a reference', async (context) =>
      ok(json(context.repo, refOf(context), await current(context, refOf(context)))),
    ),
    repoRoute('POST /git/refs', 'contents:write', 'Create a reference', async (context) => {
      const { ref, sha } = parseBody(NewRef, context.body);
      if ((await deps.git.commit(context.repo, sha)) === undefined) throw unprocessable('Object does not exist');
      if ((await deps.git.refs(context.repo)).has(ref)) throw unprocessable('Reference already exists');
      await move(context, ref, zeroSha, sha);
      return created(json(context.repo, ref, sha));
    }),
    repoRoute('PATCH /git/refs/*', 'contents:write', 'Update a reference', async (context) => {
      const { sha, force } = parseBody(MoveRef, context.body);
      const before = await current(context, refOf(context));
      if ((await deps.git.commit(context.repo, sha)) === undefined) throw unprocessable('Object does not exist');
      if (!force && !(await deps.git.isAncestor(context.repo, before, sha))) {
        throw unprocessable('Update is not a fast forward');
      }
      await move(context, refOf(context), before, sha);
      return ok(json(context.repo, refOf(context), sha));
    }),
    repoRoute('DELETE /git/refs/*', 'contents:write', 'Delete a reference', async (context) => {
      await move(context, refOf(context), await current(context, refOf(context)), zeroSha);
      return noContent;
    }),
  ];
};

export const createBranchRoutes = (deps: Deps): Route[] => [
  ...readRoutes(deps),
  ...protectionRoutes(deps),
  ...refRoutes(deps),
];
