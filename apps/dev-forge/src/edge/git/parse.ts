import { githubTime } from '../../core/time.js';
import type { ChangedFile, Commit } from '../../core/model.js';
import type { TreeEntry } from '../../flows/git.js';

/** Fields parted by 0x1f, commits by NUL; the message comes last because it may hold anything. */
export const commitFormat = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B'].join('%x1f');

const parseCommit = (text: string): Commit | undefined => {
  const [sha, tree, parents, an, ae, at, cn, ce, ct, ...message] = text.split('\x1f');
  if (sha === undefined || tree === undefined || sha === '') return undefined;
  return {
    sha,
    tree,
    parents: (parents ?? '').split(' ').filter((parent) => parent !== ''),
    author: { name: an ?? '', email: ae ?? '', date: githubTime(Number(at) * 1000) },
    committer: { name: cn ?? '', email: ce ?? '', date: githubTime(Number(ct) * 1000) },
    message: message.join('\x1f').replace(/\n+$/, ''),
  };
};

export const parseCommits = (output: Buffer): Commit[] =>
  output
    .toString('utf8')
    .split('\0')
    .flatMap((text) => parseCommit(text) ?? []);

const statuses: Readonly<Record<string, ChangedFile['status']>> = { A: 'added', D: 'removed', R: 'renamed' };

interface RawEntry {
  readonly status: ChangedFile['status'];
  readonly sha: string;
  readonly path: string;
  readonly previousPath: string | null;
}

/** Reads `git diff --raw --numstat -z`: all raw entries first, then all counts. */
export const parseChangedFiles = (output: Buffer): ChangedFile[] => {
  const words = output.toString('utf8').split('\0');
  const raw: RawEntry[] = [];
  const counts = new Map<string, { additions: number; deletions: number }>();
  for (let i = 0; i < words.length;) {
    const word = words[i++] ?? '';
    if (word.startsWith(':')) {
      const [, , from, to, status] = word.split(' ');
      const letter = (status ?? 'M').charAt(0);
      const renamed = letter === 'R' || letter === 'C';
      const first = words[i++] ?? '';
      const path = renamed ? (words[i++] ?? '') : first;
      const sha = (letter === 'D' ? from : to) ?? '';
      raw.push({ status: statuses[letter] ?? 'modified', sha, path, previousPath: renamed ? first : null });
      continue;
    }
    const [additions, deletions, name] = word.split('\t');
    if (name === undefined) continue;
    const path = name === '' ? (words[i + 1] ?? '') : name;
    if (name === '') i += 2;
    counts.set(path, { additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
  }
  return raw.map((entry) => ({ ...entry, ...(counts.get(entry.path) ?? { additions: 0, deletions: 0 }) }));
};

/** Reads `git ls-tree -z -l`. */
export const parseTree = (output: Buffer): TreeEntry[] =>
  output
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const match = /^(\d+) (blob|tree|commit) ([0-9a-f]{40}) +(\d+|-)\t([\s\S]+)$/.exec(line);
      const [, mode, type, sha, size, path] = match ?? [];
      if (mode === undefined || sha === undefined || path === undefined) return [];
      return [{ mode, type: type as TreeEntry['type'], sha, size: Number(size) || 0, path }];
    });

/** Reads `for-each-ref` lines of name, object and (for annotated tags) what it points at. */
export const parseRefs = (output: Buffer): Map<string, string> =>
  new Map(
    output
      .toString('utf8')
      .split('\n')
      .flatMap((line): [string, string][] => {
        const [name, sha, peeled] = line.split(' ');
        if (name === undefined || sha === undefined || name === '') return [];
        return [[name, peeled === undefined || peeled === '' ? sha : peeled]];
      }),
  );
