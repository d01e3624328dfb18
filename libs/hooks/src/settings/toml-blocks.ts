const BEGIN = '# >>> the guard of Rig; written by rig hooks install';
const END = '# <<< the guard of Rig';

const BLOCK = new RegExp(`^${BEGIN}[^\\n]*\\n(?<inside>[\\s\\S]*?)^${END}[^\\n]*\\n?`, 'gm');

const block = (inside: string): string => `${BEGIN}\n${inside}\n${END}\n`;

/** The last block of ours in a file, without its marks. */
export const findBlock = (text: string): string | undefined => [...text.matchAll(BLOCK)].at(-1)?.groups?.['inside'];

/**
 * Puts two marked blocks into a TOML file: one before everything, where keys of no table have to stand, and one behind
 * everything. Blocks of an earlier time are replaced; what is not ours stays byte for byte.
 */
export const putBlocks = (
  text: string,
  head: string,
  tail: string,
): { readonly text: string; readonly others: string } => {
  const others = text.replace(BLOCK, '').replace(/^\n+|\n+$/g, '');
  const parts = [block(head), ...(others === '' ? [] : [`${others}\n`]), block(tail)];
  return { text: parts.join('\n'), others };
};

/** Names of the tables of a TOML text, as they stand there without blanks and quotes. */
export const tableNames = (text: string): readonly string[] =>
  [...text.matchAll(/^[ \t]*\[{1,2}([^\]\n]+)\]{1,2}/gm)].map(([, name]) => (name ?? '').replace(/["'\s]/g, ''));
