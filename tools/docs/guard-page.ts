import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { GUARD_LIMITS, judgeCommand, RULES, type Rule } from '../../libs/guard/dist/index.js';

const page = fileURLToPath(new URL('../../docs/guard.md', import.meta.url));

const HEADINGS: Readonly<Record<Rule['category'], string>> = {
  privilege: 'Another user',
  files: 'Files and disks',
  git: 'Git',
  data: 'Data',
  cluster: 'Clusters and clouds',
  'remote-code': 'Code from elsewhere',
  packages: 'Packages',
  system: 'The machine',
  guard: 'The guard itself',
};

/** A command in a cell of a table: its bars and backquotes must not end the cell or the code. */
const code = (command: string): string => {
  if (command === '') return '';
  const text = command.replaceAll('|', '\\|');
  return command.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
};

const published = (rule: Rule): string => {
  const decision = judgeCommand({
    command: rule.example,
    cwd: '/code/repo',
    workspace: '/code/repo',
    home: '/home/dev',
  });
  return decision.decision === 'block' ? decision.rule : rule.id.replace(/\.(write|delete|move|mode)$/, '');
};

const table = (): string => {
  const lines: string[] = [];
  for (const [category, heading] of Object.entries(HEADINGS)) {
    const rules = RULES.filter((rule) => rule.category === category);
    lines.push(`### ${heading}`, '', '| rule | refuses | for instance | instead |', '|---|---|---|---|');
    for (const rule of rules) {
      const title = rule.title.replaceAll('|', '\\|');
      lines.push(`| \`${published(rule)}\` | ${title} | ${code(rule.example)} | ${code(rule.alternative)} |`);
    }
    lines.push('');
  }
  return lines.join('\n');
};

const limits = (): string =>
  [
    '| budget | limit |',
    '|---|---|',
    `| characters of one command or script | ${GUARD_LIMITS.input} |`,
    `| code nested in code | ${GUARD_LIMITS.depth} levels |`,
    `| commands looked at | ${GUARD_LIMITS.steps} |`,
    `| turns of one loop, values of one brace | ${GUARD_LIMITS.turns} |`,
    `| characters of one value followed through pipes | ${GUARD_LIMITS.value} |`,
    '',
  ].join('\n');

const replaceBlock = (text: string, name: string, block: string): string => {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/guard.md has no "${begin}" … "${end}"`);
  return `${text.slice(0, from + begin.length)}\n\n${block}\n${text.slice(to)}`;
};

/** docs/guard.md: written by hand, but for the tables of rules and budgets, which are what the code says. */
export const guardPage = async (): Promise<string> =>
  replaceBlock(replaceBlock(await readFile(page, 'utf8'), 'rules', table()), 'budgets', limits());
