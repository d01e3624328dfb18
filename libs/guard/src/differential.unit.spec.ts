import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as streamText } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { firstError, forEachChild, parseShell, type SyntaxNode } from './shell/parse.js';
import { allowed, blocked } from './testing/corpora.js';

const hasBash = spawnSync('bash', ['-c', 'exit 0']).status === 0;
const commands = [...blocked, ...allowed].map(({ cmd }) => cmd);

/** Asks bash whether it can read each text. `-n` reads and never runs; the folder is empty all the same. */
const bashReads = async (texts: readonly string[]): Promise<readonly boolean[]> => {
  const cwd = mkdtempSync(join(tmpdir(), 'guard-'));
  const driver = 'while IFS= read -r -d "" text; do bash -n -O extglob -c "$text" 2>/dev/null; echo $?; done';
  const size = Math.ceil(texts.length / 4);
  const asked = [0, 1, 2, 3].map(async (part) => {
    const bash = spawn('bash', ['-c', driver], { cwd, env: { PATH: process.env['PATH'] ?? '' } });
    bash.stdin.end(
      texts
        .slice(part * size, (part + 1) * size)
        .map((text) => `${text}\0`)
        .join(''),
    );
    return (await streamText(bash.stdout)).trim().split('\n');
  });
  const codes = await Promise.all(asked);
  rmSync(cwd, { recursive: true });
  return codes.flat().map((code) => code === '0');
};

describe('the parser beside bash -n', () => {
  if (!hasBash) {
    it.skip('agrees on what is shell code (skipped: there is no bash here)', () => undefined);
    return;
  }

  it('agrees on what is shell code, over both corpora', async () => {
    const bash = await bashReads(commands);
    expect(bash).toHaveLength(commands.length);
    const differ = commands.filter((command, index) => (firstError(parseShell(command)) === undefined) !== bash[index]);
    expect(differ).toEqual([]);
  }, 120_000);
});

interface MvdanNode {
  readonly Args?: readonly { Lit(): string }[];
}
/** As much of mvdan-sh as is used here; the package comes without types. */
interface Mvdan {
  readonly LangBash: unknown;
  Variant(language: unknown): unknown;
  NewParser(option: unknown): { Parse(text: string, name: string): MvdanNode };
  NodeType(node: MvdanNode): string;
  Walk(node: MvdanNode, visit: (node: MvdanNode | null) => boolean): void;
}
const { syntax } = createRequire(import.meta.url)('mvdan-sh') as { readonly syntax: Mvdan };

/** Keywords to one parser, commands to the other; names that only expansion tells. */
const told = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !/^(export|declare|typeset|local|readonly|let|time)$|[*?[{]/.test(name)).sort();

const namesByMvdan = (text: string): readonly string[] | undefined => {
  const names: string[] = [];
  let file: MvdanNode;
  try {
    file = syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(text, 'case');
  } catch {
    return undefined;
  }
  syntax.Walk(file, (node) => {
    const name = node !== null && syntax.NodeType(node) === 'CallExpr' ? node.Args?.[0]?.Lit() : undefined;
    if (name !== undefined && name !== '') names.push(name);
    return true;
  });
  return told(names);
};

const namesByOurs = (text: string): readonly string[] | undefined => {
  const script = parseShell(text);
  if (firstError(script) !== undefined) return undefined;
  const names: string[] = [];
  const look = (node: SyntaxNode): void => {
    if (node.type === 'Command' && node.name !== undefined && node.name.parts === undefined) names.push(node.name.text);
    forEachChild(node, look);
  };
  look(script);
  return told(names);
};

describe('the parser beside mvdan-sh', () => {
  it('finds the same commands in the same text, over both corpora', () => {
    // Of a here-document that ends with the text bash makes a warning, and mvdan-sh an error.
    const comparable = commands.filter((command) => !command.startsWith('cat <<-EOF'));
    const differ = comparable.filter(
      (command) => JSON.stringify(namesByOurs(command)) !== JSON.stringify(namesByMvdan(command)),
    );
    expect(differ).toEqual([]);
  }, 120_000);
});
