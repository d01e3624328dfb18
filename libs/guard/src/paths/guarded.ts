import type { Site } from './site.js';

/** Whose file it is, where it is one that decides what an agent may do. */
export type Guarded = 'guard' | 'hooks' | 'policy' | 'keys' | 'profile';

const GUARD = [
  /\/\.claude(\/(settings[^/]*\.json|hooks|managed[^/]*)?(\/.*)?)?$/,
  /\/\.claude\.json$/,
  /^\/etc\/(claude-code|rig|codex|gemini-cli|opt\/rig)(\/|$)/,
  /\/managed-(settings|mcp)(\.json|\.d(\/.*)?)$/,
  /\/\.codex(\/(config\.toml|hooks?[^/]*|requirements\.toml|rules)(\/.*)?)?$/,
  /\/\.gemini(\/(settings\.json|hooks|policies)(\/.*)?)?$/,
  /\/guard\.policy\.ya?ml$/,
  /\/(rig-guard|guard-hook)(\.[cm]?js)?$/,
];
/** Under `.claude` these are the project's own prompts. */
const NOT_GUARD = /\/\.claude\/(agents|commands|skills|plans|docs|output-styles|memory|worktrees|tmp|CLAUDE\.md)(\/|$)/;
const HOOKS = /\/\.git(\/modules\/.+)?\/(hooks(\/.*)?|config(\.worktree)?)$|\.git\/hooks(\/|$)/;
const KEYS = /\/\.(ssh|gnupg|aws|kube)(\/.*)?$|\/\.(netrc|pgpass|git-credentials)$/;
const PROFILE =
  /^\.(bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zprofile|zshenv|zlogin|gitconfig|npmrc|config\/fish\/config\.fish)$/;

const INTERESTING = /\.(claude|codex|gemini|git|ssh|gnupg|aws|kube|netrc|pgpass)|guard|managed|\/etc\//;

/** Says whether a path is one that the guard, the hooks or the login depend on. */
export const guardedBy = (path: string, site: Site): Guarded | undefined => {
  for (const own of site.guarded) if (path === own || path.startsWith(`${own}/`)) return 'guard';
  if (INTERESTING.test(path)) {
    if (!NOT_GUARD.test(path) && GUARD.some((pattern) => pattern.test(path))) return 'guard';
    if (HOOKS.test(path)) return 'hooks';
    if (KEYS.test(path) && !path.startsWith(`${site.workspace}/`)) return 'keys';
  }
  if (path.startsWith(`${site.home}/.`) && PROFILE.test(path.slice(site.home.length + 1))) return 'profile';
  for (const pattern of site.protectedPaths) if (pattern.test(path)) return 'policy';
  return undefined;
};
