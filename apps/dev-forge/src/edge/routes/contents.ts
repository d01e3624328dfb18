import { found, notFound } from '../../core/errors.js';
import type { Repo } from '../../core/model.js';
import { isRepoPath } from '../../core/names.js';
import { commitPartJson, fileJson } from '../../core/payloads/commit.js';
import { repoHtml, repoUrl } from '../../core/payloads/repository.js';
import type { Deps } from '../../flows/deps.js';
import type { TreeEntry } from '../../flows/git.js';
import { ok, paged, repoRoute, type Answer, type RepoContext, type Route } from '../http/route.js';

const encode = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

const entryJson = (deps: Deps, repo: Repo, ref: string, path: string, entry: TreeEntry) => {
  const url = `${repoUrl(deps.view, repo)}/contents/${encode(path)}?ref=${encodeURIComponent(ref)}`;
  const git = `${repoUrl(deps.view, repo)}/git/${entry.type}s/${entry.sha}`;
  const html = `${repoHtml(deps.view, repo)}/blob/${encodeURIComponent(ref)}/${encode(path)}`;
  return {
    type: entry.type === 'blob' ? 'file' : entry.type === 'tree' ? 'dir' : 'submodule',
    size: entry.size,
    name: path.split('/').at(-1) ?? '',
    path,
    sha: entry.sha,
    url,
    git_url: git,
    html_url: html,
    download_url: entry.type === 'blob' ? url : null,
    _links: { self: url, git, html },
  };
};

const getContents = async (deps: Deps, context: RepoContext, path: string): Promise<Answer> => {
  const { repo, query } = context;
  const ref = query['ref'] ?? repo.defaultBranch;
  const sha = found(await deps.git.resolve(repo, ref.replace(/^refs\/(?:heads|tags)\//, '')));
  if (path !== '' && !isRepoPath(path)) throw notFound();
  const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  const name = path.slice(parent === '' ? 0 : parent.length + 1);
  const entry =
    path === '' ? undefined : found((await deps.git.listTree(repo, sha, parent)).find((row) => row.path === name));
  if (entry === undefined || entry.type === 'tree') {
    const rows = await deps.git.listTree(repo, sha, path);
    const at = (row: TreeEntry): string => (path === '' ? row.path : `${path}/${row.path}`);
    return ok(rows.map((row) => entryJson(deps, repo, ref, at(row), row)));
  }
  const bytes = found(await deps.git.readFile(repo, sha, path));
  const content = bytes.toString('base64').replace(/.{60}/g, '$&\n');
  return ok({ ...entryJson(deps, repo, ref, path, entry), encoding: 'base64', content: `${content}\n` });
};

const compare = async (deps: Deps, context: RepoContext): Promise<Answer> => {
  const { repo, params } = context;
  const [baseName, headName, ...rest] = (params['basehead'] ?? '').split('...');
  if (baseName === undefined || headName === undefined || rest.length > 0) throw notFound();
  const plain = (name: string): string => name.replace(`${repo.owner}:`, '');
  const base = found(await deps.git.resolve(repo, plain(baseName)));
  const head = found(await deps.git.resolve(repo, plain(headName)));
  const { mergeBase, aheadBy, behindBy } = await deps.git.compare(repo, base, head);
  const from = found(mergeBase);
  const [commits, files, patches, baseCommit, baseOfMerge] = await Promise.all([
    deps.git.log(repo, base, head, 250),
    deps.git.changedFiles(repo, from, head),
    deps.git.patches(repo, from, head),
    deps.git.commit(repo, base),
    deps.git.commit(repo, from),
  ]);
  const url = `${repoUrl(deps.view, repo)}/compare/${params['basehead'] ?? ''}`;
  const html = `${repoHtml(deps.view, repo)}/compare/${params['basehead'] ?? ''}`;
  const status =
    aheadBy > 0 && behindBy > 0 ? 'diverged' : aheadBy > 0 ? 'ahead' : behindBy > 0 ? 'behind' : 'identical';
  return ok({
    url,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: commitPartJson(deps.view, repo, found(baseCommit)),
    merge_base_commit: commitPartJson(deps.view, repo, found(baseOfMerge)),
    status,
    ahead_by: aheadBy,
    behind_by: behindBy,
    total_commits: aheadBy,
    commits: [...commits].reverse().map((commit) => commitPartJson(deps.view, repo, commit)),
    files: files.map((file) => fileJson(deps.view, repo, head, file, patches.get(file.path))),
  });
};

const getCommit = async (deps: Deps, { repo, params }: RepoContext): Promise<Answer> => {
  const sha = found(await deps.git.resolve(repo, params['ref'] ?? ''));
  const commit = found(await deps.git.commit(repo, sha));
  const parent = commit.parents[0];
  const files = parent === undefined ? [] : await deps.git.changedFiles(repo, parent, sha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return ok({
    ...commitPartJson(deps.view, repo, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.map((file) => fileJson(deps.view, repo, sha, file)),
  });
};

export const createContentRoutes = (deps: Deps): Route[] => [
  repoRoute('GET /contents', 'contents:read', 'Get repository content', (context) => getContents(deps, context, '')),
  repoRoute('GET /contents/*', 'contents:read', 'Get repository content', (context) =>
    getContents(deps, context, (context.params['*'] ?? '').replace(/\/$/, '')),
  ),
  repoRoute('GET /compare/:basehead', 'contents:read', 'Compare two commits', (context) => compare(deps, context)),
  repoRoute('GET /commits', 'contents:read', 'List commits', async (context) => {
    const { repo, query } = context;
    const sha = found(await deps.git.resolve(repo, query['sha'] ?? repo.defaultBranch));
    const rows = await deps.git.log(repo, null, sha, 1000);
    return paged(context, rows, (commit) => commitPartJson(deps.view, repo, commit));
  }),
  repoRoute('GET /commits/:ref', 'contents:read', 'Get a commit', (context) => getCommit(deps, context)),
];
