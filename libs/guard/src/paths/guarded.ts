import { globRegExp, hasGlob, hasUnknown } from '../shell/marks.js';
import type { Site } from './site.js';

/** Whose file it is, where it is one that decides what an agent may do. */
export type Guarded = 'guard' | 'hooks' | 'policy' | 'keys' | 'profile';

// Whatever the case: the file systems of laptops do not tell `.Claude` from `.claude`.
const GUARD = [
  /\/\.claude(\/(settings[^/]*\.json|hooks|managed[^/]*)?(\/.*)?)?$/i,
  /\/\.claude\.json$/i,
  /^\/etc\/(claude-code|rig|codex|gemini-cli|opt\/rig)(\/|$)/i,
  /\/managed-(settings|mcp)(\.json|\.d(\/.*)?)$/i,
  /\/\.codex(\/(config\.toml|hooks?[^/]*|requirements\.toml|rules)(\/.*)?)?$/i,
  /\/\.gemini(\/(settings\.json|hooks|policies)(\/.*)?)?$/i,
  /\/guard\.policy\.ya?ml$/i,
  /\/(rig-guard|guard-hook)(\.[cm]?js)?$/i,
];
/** Under `.claude` these are the project's own prompts. */
const NOT_GUARD =
  /\/\.claude\/(agents|commands|skills|plans|docs|output-styles|memory|worktrees|tmp|CLAUDE\.md)(\/|$)/i;
const HOOKS = /\/\.git(\/modules\/.+)?\/(hooks(\/.*)?|config(\.worktree)?)$|\.git\/hooks(\/|$)/i;
const KEYS = /\/\.(ssh|gnupg|aws|kube)(\/.*)?$|\/\.(netrc|pgpass|git-credentials)$/;
const PROFILE =
  /^\.(bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zprofile|zshenv|zlogin|gitconfig|npmrc|config\/fish\/config\.fish)$/;

const INTERESTING = /\.(claude|codex|gemini|git|ssh|gnupg|aws|kube|netrc|pgpass)|guard|managed|\/etc\//i;

/** The guard's files that are known by name, for patterns to be held against. */
export const guardFiles = (site: Site): readonly string[] => [
  ...[site.workspace, site.home].flatMap((folder) =>
    ['', '/settings.json', '/settings.local.json'].map((name) => `${folder}/.claude${name}`),
  ),
  `${site.workspace}/guard.policy.yaml`,
  ...site.guarded,
];

const matchesSegment = (pattern: string, segment: string): boolean =>
  pattern === segment ||
  (hasGlob(pattern) && segment.startsWith('.') === pattern.startsWith('.') && globRegExp(pattern).test(segment));

/** Whether a pattern, read as the shell reads it, picks one of the guard's files. */
const picksGuard = (path: string, site: Site): boolean => {
  const pattern = path.split('/');
  return guardFiles(site).some((file) => {
    const segments = file.split('/');
    return segments.length === pattern.length && segments.every((one, at) => matchesSegment(pattern[at] ?? '', one));
  });
};

/** Says whether a path is one that the guard, the hooks or the login depend on. */
export const guardedBy = (path: string, site: Site): Guarded | undefined => {
  for (const own of site.guarded) if (path === own || path.startsWith(`${own}/`)) return 'guard';
  if (hasGlob(path) && !hasUnknown(path) && picksGuard(path, site)) return 'guard';
  if (INTERESTING.test(path)) {
    if (!NOT_GUARD.test(path) && GUARD.some((pattern) => pattern.test(path))) return 'guard';
    if (HOOKS.test(path)) return 'hooks';
    if (KEYS.test(path) && !path.startsWith(`${site.workspace}/`)) return 'keys';
  }
  if (path.startsWith(`${site.home}/.`) && PROFILE.test(path.slice(site.home.length + 1))) return 'profile';
  for (const pattern of site.protectedPaths) if (pattern.test(path)) return 'policy';
  return undefined;
};
