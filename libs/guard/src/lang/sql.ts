import { LIMITS } from '../limits.js';
import { UNKNOWN } from '../shell/marks.js';

export type SqlHazard = 'drop' | 'truncate' | 'delete-all';

interface Word {
  readonly kind: 'word' | 'text' | 'sign';
  readonly value: string;
  readonly depth: number;
}

/** Opening of the thing at `at` that is not code, and the index after it. */
const skipAt = (sql: string, at: number): { end: number; text?: string } | undefined => {
  const char = sql.charAt(at);
  const until = (end: string, from: number): number => {
    const found = sql.indexOf(end, from);
    return found === -1 ? sql.length : found + end.length;
  };
  if (sql.startsWith('--', at) || (char === '#' && /^#[\s!-]/.test(sql.slice(at, at + 2))))
    return { end: until('\n', at) };
  // MySQL runs what stands in /*! … */.
  if (sql.startsWith('/*!', at)) return { end: at + 3 + (/^\d*/.exec(sql.slice(at + 3))?.[0].length ?? 0) };
  if (sql.startsWith('/*', at)) return { end: until('*/', at + 2) };
  const dollar = char === '$' ? /^\$\w*\$/.exec(sql.slice(at, at + 40))?.[0] : undefined;
  if (dollar !== undefined) {
    const end = until(dollar, at + dollar.length);
    return { end, text: sql.slice(at + dollar.length, end - dollar.length) };
  }
  if (char !== "'" && char !== '"' && char !== '`') return undefined;
  let end = at + 1;
  for (; end < sql.length; end++) {
    if (sql[end] === '\\' && char === "'") end++;
    else if (sql[end] === char && sql[end + 1] === char) end++;
    else if (sql[end] === char) break;
  }
  return { end: end + 1, text: sql.slice(at + 1, end) };
};

/** Statements as words, without comments; strings are kept apart from words. */
const statements = (sql: string): readonly (readonly Word[])[] => {
  const out: Word[][] = [[]];
  const word = /[A-Za-z_\uFDD0-\uFDD3][\w$\uFDD0-\uFDD3]*|\d+(\.\d+)?/y;
  let depth = 0;
  for (let i = 0; i < sql.length;) {
    const skipped = skipAt(sql, i);
    if (skipped !== undefined) {
      if (skipped.text !== undefined) out.at(-1)?.push({ kind: 'text', value: skipped.text, depth });
      i = skipped.end;
      continue;
    }
    word.lastIndex = i;
    const match = word.exec(sql)?.[0];
    const char = sql.charAt(i);
    if (match !== undefined) out.at(-1)?.push({ kind: 'word', value: match.toUpperCase(), depth });
    else if (char === ';') {
      out.push([]);
      depth = 0;
    } else if (/\S/.test(char)) {
      if (char === ')') depth--;
      out.at(-1)?.push({ kind: 'sign', value: char, depth });
      if (char === '(') depth++;
    }
    i += match?.length ?? 1;
  }
  return out.filter((statement) => statement.length > 0);
};

const DROPPED = new Set('TABLE DATABASE SCHEMA KEYSPACE TABLESPACE OWNED COLLECTION TABLES'.split(' '));
const BETWEEN = new Set(['FOREIGN', 'EXTERNAL', 'COLUMN']);
const TRIVIAL_PART =
  /^\(?\s*(1|TRUE|NOT FALSE|NOT 0|(\S+) ?= ?\2|\S+ IS NOT NULL OR \S+ IS NULL|[1-9]\d* ?> ?0|1 ?<> ?0|1 ?! ?= ?0)\s*\)?$/;

/** `2 > 1`: two numbers that are what they are said to be. */
const alwaysTrue = (condition: string): boolean => {
  const [, left, sign, right] = /^\(? ?(\d+) (=|> ?=|< ?=|<> ?|< >|! =|>|<) (\d+) ?\)?$/.exec(condition) ?? [];
  if (left === undefined || right === undefined) return false;
  const order = Math.sign(Number(left) - Number(right));
  const signs = (sign ?? '').replaceAll(' ', '');
  if (signs === '<>' || signs === '!=') return order !== 0;
  return (
    (signs.includes('=') && order === 0) || (signs.includes('>') && order > 0) || (signs.includes('<') && order < 0)
  );
};

/** `id IN (SELECT id FROM t)`: every row of a table that is asked for all of its rows. */
const ITSELF = /^(\S+) IN \( SELECT \1 FROM (\S+) \)$/;

/** A condition that holds for every row of the table: each part of it does, or one of its alternatives. */
const trivial = (condition: string, table: string): boolean =>
  condition.split(/\bOR\b/).some((part) =>
    part
      .split(/\bAND\b/)
      .map((one) => one.trim())
      .every((one) => TRIVIAL_PART.test(one) || alwaysTrue(one) || ITSELF.exec(one)?.[2] === table),
  );

const conditionOf = (statement: readonly Word[], at: number): string | undefined => {
  const depth = statement[at]?.depth ?? 0;
  let condition: string[] | undefined;
  for (const { value, kind, depth: here } of statement.slice(at)) {
    if (here < depth) break;
    if (kind === 'word' && here === depth && condition === undefined && value === 'WHERE') condition = [];
    else if (kind === 'word' && here === depth && /^(RETURNING|ORDER|LIMIT)$/.test(value)) break;
    else condition?.push(kind === 'text' ? `'${value}'` : value);
  }
  return condition?.join(' ');
};

const deletesAll = (statement: readonly Word[], at: number): boolean => {
  const condition = conditionOf(statement, at);
  const table = statement[at + 1]?.value === 'FROM' ? statement[at + 2] : statement[at + 1];
  return condition === undefined || trivial(condition, table?.value ?? '');
};

const hazardAt = (statement: readonly Word[], at: number): SqlHazard | undefined => {
  const [word, next, after] = [statement[at], statement[at + 1], statement[at + 2]];
  if (word?.kind !== 'word') return undefined;
  const second = next?.kind === 'word' ? next.value : '';
  if (word.value === 'DROP') {
    return DROPPED.has(second) || (BETWEEN.has(second) && second !== 'COLUMN' && after?.value === 'TABLE')
      ? 'drop'
      : undefined;
  }
  if (word.value === 'TRUNCATE') {
    const starts = at === 0 || /^(BEGIN|THEN|ELSE|DO)$/.test(statement[at - 1]?.value ?? '');
    return second === 'TABLE' || (starts && next !== undefined && next.value !== '(') ? 'truncate' : undefined;
  }
  if (word.value !== 'DELETE') return undefined;
  const from = second === 'FROM' || (at === 0 && next !== undefined && next.kind !== 'sign');
  return from && deletesAll(statement, at) ? 'delete-all' : undefined;
};

const harmless = (statement: readonly Word[]): boolean => {
  const [first, second] = statement;
  if (first?.value === 'EXPLAIN')
    return !statement.slice(1, 8).some(({ value }) => value === 'ANALYZE' || value === 'ANALYSE');
  return (
    first?.value === 'COMMENT' || first?.value === 'GRANT' || first?.value === 'REVOKE' || second?.value === 'POLICY'
  );
};

/** Strings that the statement runs as SQL: `EXECUTE '…'`, `DO $$…$$`, `PREPARE s FROM '…'`. */
const dynamic = (statement: readonly Word[]): readonly string[] => {
  const runs = statement.some(
    ({ kind, value }) => kind === 'word' && /^(EXECUTE|EXEC|DO|PREPARE|SP_EXECUTESQL|CALL)$/.test(value),
  );
  return runs ? statement.flatMap(({ kind, value }) => (kind === 'text' ? [value] : [])) : [];
};

/** Says what in a text of SQL destroys data; strings and comments do not count. */
export const sqlHazards = (sql: string, depth = 0): readonly SqlHazard[] => {
  if (sql.length > LIMITS.value || depth > 4 || !/drop|truncate|delete/i.test(sql)) return [];
  const found = new Set<SqlHazard>();
  for (const statement of statements(sql)) {
    if (harmless(statement)) continue;
    statement.forEach((_word, at) => {
      const hazard = hazardAt(statement, at);
      if (hazard !== undefined) found.add(hazard);
    });
    for (const text of dynamic(statement)) for (const hazard of sqlHazards(text, depth + 1)) found.add(hazard);
  }
  return [...found];
};

/** What a query prints, as far as its own texts tell: `SELECT 'drop table ' || name`. */
export const printedTexts = (sql: string): string | undefined => {
  if (!/select/i.test(sql) || !/drop|truncate|delete/i.test(sql) || sql.length > LIMITS.value) return undefined;
  const texts = statements(sql).flatMap((statement) =>
    statement.some(({ value }) => value === 'SELECT')
      ? statement.flatMap(({ kind, value }) => (kind === 'text' ? [value] : []))
      : [],
  );
  return texts.length === 0 ? undefined : `${texts.map((text) => text + UNKNOWN).join('')};\n`;
};

const ESCAPES = [
  /^\s*\\!\s*(.+)$/gm,
  /^\s*\.(?:shell|system)\s+(.+)$/gm,
  /^\s*system\s+([a-z./].+)$/gm,
  /\bPROGRAM\s+'((?:[^']|'')*)'/gi,
  /\bxp_cmdshell\s+N?'((?:[^']|'')*)'/gi,
  /\\(?:o|g)\s*\|\s*(.+)$/gm,
];

/** Shell commands that a SQL client would run: `\! …`, `.shell …`, `COPY … PROGRAM '…'`. */
export const shellHazards = (sql: string): readonly string[] => {
  if (!/\\!|\.s(hell|ystem)|system|PROGRAM|xp_cmdshell|\\[og]\s*\|/i.test(sql)) return [];
  return ESCAPES.flatMap((pattern) =>
    [...sql.matchAll(pattern)].flatMap(([, command]) => (command === undefined ? [] : [command])),
  );
};
