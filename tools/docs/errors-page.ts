import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A stable code where one is made, with the kind or HTTP status that stands near it. */
const CODE = /(?:code: |(?:refused|failed|AttemptFailed|unusable|wrong|clause)\(\s*(?:job, )?)'([A-Z][A-Z0-9_]{2,})'/g;
const KIND = /kind: '(terminal|retryable|bug)'/;
const STATUS = /status: (\d{3})/;
/** Characters on each side of a code in which its kind or status is looked for. */
const NEAR = 220;

interface Found {
  readonly kinds: Set<string>;
  readonly places: Set<string>;
}

/** docs/errors.md: every stable code in the tree, what kind it is and where it is made. */
export const errorsPage = async (): Promise<string> => {
  const codes = new Map<string, Found>();
  const files: string[] = [];
  for await (const file of glob('{apps,libs}/*/src/**/*.ts', { cwd: root })) files.push(file);
  for (const file of files.sort()) {
    if (/\.(spec|features|types)\.ts$|\/testing\/|contracts\/src\/events\//.test(file)) continue;
    const text = await readFile(`${root}${file}`, 'utf8');
    for (const match of text.matchAll(CODE)) {
      const code = match[1] ?? '';
      const near = text.slice(Math.max(0, match.index - NEAR), match.index + NEAR);
      const kind =
        KIND.exec(near)?.[1] ?? (STATUS.exec(near)?.[1] === undefined ? 'refusal' : `HTTP ${STATUS.exec(near)?.[1]}`);
      const found = codes.get(code) ?? { kinds: new Set(), places: new Set() };
      found.kinds.add(kind);
      found.places.add(file.split('/').slice(0, 2).join('/'));
      codes.set(code, found);
    }
  }
  const rows = [...codes].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = [
    '# Errors and refusals',
    '',
    'Generated from the tree. A code is stable: programs may depend on it; messages may change. Errors say what to do:',
    '`terminal` (the same input fails again), `retryable` (a passing fault), `bug` (an assumption of ours is broken).',
    'A refusal is an answer, not a fault. Over HTTP each comes as `application/problem+json` with `code` and `fix`.',
    '',
    '| code | kind | made in |',
    '|---|---|---|',
    ...rows.map(
      ([code, { kinds, places }]) => `| ${code} | ${[...kinds].sort().join(', ')} | ${[...places].join(', ')} |`,
    ),
  ];
  return `${lines.join('\n')}\n`;
};
