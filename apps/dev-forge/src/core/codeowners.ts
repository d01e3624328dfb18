export interface OwnerRule {
  readonly line: number;
  readonly pattern: string;
  readonly owners: readonly string[];
}

/** Where GitHub looks for the file, in this order. */
export const codeownersPaths = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

export const parseCodeowners = (text: string): OwnerRule[] =>
  text.split('\n').flatMap((raw, index) => {
    const [pattern, ...rest] = raw.trim().split(/\s+/);
    if (pattern === undefined || pattern === '' || pattern.startsWith('#')) return [];
    const comment = rest.findIndex((word) => word.startsWith('#'));
    return [{ line: index + 1, pattern, owners: comment === -1 ? rest : rest.slice(0, comment) }];
  });

const segment = (text: string): string => {
  let out = '';
  for (const char of text) {
    if (char === '*') out += '[^/]*';
    else if (char === '?') out += '[^/]';
    else out += char.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  }
  return out;
};

/** A pattern of the file as an anchored expression over paths without a leading slash. */
export const ownerPattern = (pattern: string): RegExp => {
  const anchored = pattern.startsWith('/') || pattern.slice(0, -1).includes('/');
  const body = pattern.replace(/^\//, '').replace(/\/$/, '');
  const isFolder = pattern.endsWith('/');
  const parts = body.split('/').map((part) => (part === '**' ? '**' : segment(part)));
  const joined = parts.join('/').replaceAll('**/', '(?:.*/)?').replaceAll('/**', '/.*').replaceAll('**', '.*');
  const last = parts.at(-1) ?? '';
  // `docs/*` matches the files of docs, not those of its subfolders; `docs/` and `docs` match everything below.
  const tail = isFolder ? '/.*' : anchored && last.includes('[^/]*') ? '' : '(?:/.*)?';
  return new RegExp(`^${anchored ? '' : '(?:.*/)?'}${joined}${tail}$`);
};

/** The owners of a path: the last matching rule decides, and it may name none. */
export const ownersOf = (rules: readonly OwnerRule[], path: string): readonly string[] => {
  for (let i = rules.length - 1; i >= 0; i--) {
    const rule = rules[i];
    if (rule !== undefined && ownerPattern(rule.pattern).test(path)) return rule.owners;
  }
  return [];
};

/** Only people and teams can own code; an App's bot login is an error, as on GitHub. */
export const unknownOwners = (
  rules: readonly OwnerRule[],
  isPerson: (login: string) => boolean,
): { readonly rule: OwnerRule; readonly owner: string }[] =>
  rules.flatMap((rule) =>
    rule.owners
      .filter((owner) => !owner.startsWith('@') || (!owner.includes('/') && !isPerson(owner.slice(1))))
      .map((owner) => ({ rule, owner })),
  );
