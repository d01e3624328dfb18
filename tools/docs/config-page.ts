import { readdir } from 'node:fs/promises';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { BaseConfig } from '@rig/nest-kit';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));

const isObjectSchema = (value: unknown): value is z.ZodObject => value instanceof z.ZodObject;

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const describe = (schema: z.ZodType): { text: string; fallback: string } => {
  const optional = schema.safeParse(undefined);
  const inner = schema as {
    description?: string;
    unwrap?: () => z.ZodType;
    meta?: () => { description?: string } | undefined;
  };
  const text = inner.description ?? (inner.unwrap === undefined ? undefined : describe(inner.unwrap()).text) ?? '';
  if (!optional.success) return { text, fallback: 'required' };
  return { text, fallback: optional.data === undefined ? 'optional' : `\`${shown(optional.data)}\`` };
};

const table = (schema: z.ZodObject): readonly string[] => [
  '| variable | what | default |',
  '|---|---|---|',
  ...Object.entries(schema.shape).map(([name, field]) => {
    const { text, fallback } = describe(field as z.ZodType);
    return `| \`${name}\` | ${text.replaceAll('|', '\\|')} | ${fallback} |`;
  }),
  '',
];

/** docs/config.md: every variable of every service, from the schemas that read them. */
export const configPage = async (): Promise<string> => {
  const lines = [
    '# Configuration',
    '',
    'Generated from `config.ts` of each app; change it there. A secret may come from a file: give the path in the variable',
    'with `_FILE` behind its name. Agents and repository policy are files in `RIG_CONFIG_DIR`; their fields are documented',
    'in `libs/policy/src/agents-file.ts` and `libs/policy/src/repository-policy.ts`.',
    '',
    '## every service',
    '',
    'What is too much is shed before it is read: 429 for one caller, 503 for all together, each with `retry-after`.',
    '',
    ...table(BaseConfig),
  ];
  for (const app of (await readdir(`${root}apps`)).sort()) {
    const path = pathToFileURL(`${root}apps/${app}/dist/config.js`).href;
    const exported: unknown = await import(path).catch(() => undefined);
    if (typeof exported !== 'object' || exported === null) continue;
    const schema = Object.values(exported).find(isObjectSchema);
    if (schema === undefined) continue;
    lines.push(`## ${app}`, '', ...table(schema));
  }
  return `${lines.join('\n').trimEnd()}\n`;
};
