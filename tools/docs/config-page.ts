import { readdir } from 'node:fs/promises';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { BaseConfig } from '@rig/nest-kit';
import { AgentFields, PolicyFields, SAFE_DEFAULTS } from '@rig/policy';
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

/** A table of the fields of a YAML file; a field with fields of its own is followed by them as `outer.inner`. */
const fieldRows = (
  schema: z.ZodObject,
  prefix = '',
  fallbacks: Readonly<Record<string, unknown>> = {},
): readonly string[] =>
  Object.entries(schema.shape).flatMap(([name, field]) => {
    const { text, fallback } = describe(field as z.ZodType);
    const known = fallbacks[name] === undefined ? fallback : `\`${shown(fallbacks[name])}\``;
    const inner = innermost(field as z.ZodType);
    return [
      `| \`${prefix}${name}\` | ${text.replaceAll('|', '\\|')} | ${known} |`,
      ...(isObjectSchema(inner) ? fieldRows(inner, `${prefix}${name}.`) : []),
    ];
  });

const innermost = (schema: z.ZodType): z.ZodType => {
  const { unwrap } = schema as { unwrap?: () => z.ZodType };
  return unwrap === undefined || schema instanceof z.ZodArray ? schema : innermost(unwrap.call(schema));
};

const FIELDS = ['| field | what | default |', '|---|---|---|'];

const yamlPages = (): readonly string[] => [
  '## rig.agents.yaml',
  '',
  'A list under `agents:`; each entry is one agent. A name that stands twice, or a field that is not listed, is refused.',
  '',
  ...FIELDS,
  ...fieldRows(AgentFields),
  '',
  '## rig.policy.yaml',
  '',
  'Under `defaults:` for every repository, and under `repositories:` by `owner/name`. What neither says has the default',
  'below. `rig policy show owner/name` prints what holds.',
  '',
  ...FIELDS,
  ...fieldRows(PolicyFields, '', SAFE_DEFAULTS),
  '',
];

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
    'with `_FILE` behind its name. Agents and repository policy are two YAML files in `RIG_CONFIG_DIR`; both are read again',
    'when they change, and a file with an error leaves the last good one in force.',
    '',
    ...yamlPages(),
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
