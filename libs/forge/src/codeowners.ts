/** CODEOWNERS as GitHub documents it: gitignore patterns without negation and ranges, the last match wins. */

export interface OwnerRule {
  readonly pattern: string;
  /** Logins and teams with @, or mail addresses. Empty: the paths have no owner. */
  readonly owners: readonly string[];
}

/** Where a repository may keep the file; the first that exists counts. */
export const CODEOWNERS_PATHS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

const OWNER = /^(?:@[A-Za-z0-9][A-Za-z0-9_-]*(?:\[bot\])?(?:\/[A-Za-z0-9._-]+)?|[^\s@]+@[^\s@]+\.[^\s@]+)$/;

/** Splits at white space, except where a backslash escapes it. */
const wordsOf = (line: string): readonly string[] =>
  (line.match(/(?:\\.|[^\s\\])+/g) ?? []).map((word) => word.replaceAll(/\\(\s)/g, '$1'));

const ruleOf = (line: string): OwnerRule | undefined => {
  const words = wordsOf(line);
  const comment = words.findIndex((word) => word.startsWith('#'));
  const [pattern, ...owners] = comment < 0 ? words : words.slice(0, comment);
  if (pattern === undefined || pattern === '/') return undefined;
  // Syntax that GitHub does not support makes the line invalid, and an invalid line is skipped.
  if (pattern.startsWith('!') || /[[\]\\]/.test(pattern)) return undefined;
  return owners.every((owner) => OWNER.test(owner)) ? { pattern, owners } : undefined;
};

export const parseCodeowners = (text: string): readonly OwnerRule[] =>
  text
    .split(/\r?\n/)
    .map(ruleOf)
    .filter((rule) => rule !== undefined);

/** `*` and `?` within one path segment; linear back-tracking, so that no pattern can stall the reader. */
const segmentMatches = (pattern: string, segment: string): boolean => {
  let p = 0;
  let s = 0;
  let star = -1;
  let mark = 0;
  while (s < segment.length) {
    if (pattern[p] === '*') {
      star = p;
      mark = s;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === segment[s])) {
      p += 1;
      s += 1;
    } else if (star >= 0) {
      p = star + 1;
      mark += 1;
      s = mark;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
};

interface Glob {
  readonly segments: readonly string[];
  /** Whether what lies below a matching folder matches too. */
  readonly below: boolean;
  /** Whether only what lies below matches: the pattern names a folder. */
  readonly onlyBelow: boolean;
}

const globOf = (pattern: string): Glob => {
  const onlyBelow = pattern.endsWith('/');
  const bare = pattern.replace(/^\//, '').replace(/\/$/, '');
  const anchored = bare.includes('/') || pattern.startsWith('/');
  const segments = bare.split('/');
  return {
    segments: anchored ? segments : ['**', ...segments],
    // `docs/*` names the files in docs and nothing deeper.
    below: onlyBelow || segments.at(-1) !== '*' || !anchored,
    onlyBelow,
  };
};

/** For each place in the path, whether the segments so far can end there; one row per pattern segment. */
const globMatches = ({ segments, below, onlyBelow }: Glob, path: readonly string[]): boolean => {
  let reach: boolean[] = [true, ...path.map(() => false)];
  for (const segment of segments) {
    const next = reach.map(() => false);
    for (let i = 0; i <= path.length; i += 1) {
      const part = path[i - 1];
      if (segment === '**') next[i] = reach[i] === true || (i > 0 && next[i - 1] === true);
      else next[i] = part !== undefined && reach[i - 1] === true && segmentMatches(segment, part);
    }
    reach = next;
  }
  return reach.some((here, i) => here && i > 0 && (i === path.length ? !onlyBelow : below));
};

export interface OwnedPath {
  readonly path: string;
  readonly owners: readonly string[];
}

/** The changed paths that have owners, in the order given. Paths are relative to the root, without a leading slash. */
export const ownersOf = (rules: readonly OwnerRule[], paths: readonly string[]): readonly OwnedPath[] => {
  const globs = rules.map(({ pattern, owners }) => ({ glob: globOf(pattern), owners })).reverse();
  return paths.flatMap((path) => {
    const parts = path.split('/');
    const owners = globs.find(({ glob }) => globMatches(glob, parts))?.owners ?? [];
    return owners.length === 0 ? [] : [{ path, owners }];
  });
};
