import { readFileSync } from 'node:fs';
import { messageOf, RigError } from '@rig/kernel';
import { z } from 'zod';

/** The environment as the process sees it. */
export type Env = Readonly<Record<string, string | undefined>>;

export interface ConfigVariable {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly secret: boolean;
  /** The default as text; undefined when there is none, and for secrets. */
  readonly defaultValue: string | undefined;
}

/** The variables of a schema; a schema that ends in a transform is looked through. */
const shapeOf = (schema: z.ZodType): Readonly<Record<string, z.ZodType>> => {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodPipe) return shapeOf(schema.in as z.ZodType);
  return {};
};

/** The part that carries the description, under optional and default wrappers. */
const unwrap = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrap(schema.unwrap() as z.ZodType) : schema;

const metaOf = (schema: z.ZodType): { readonly description?: string; readonly secret?: boolean } => {
  const meta = schema.meta() ?? unwrap(schema).meta() ?? {};
  return {
    ...(meta.description === undefined ? {} : { description: meta.description }),
    ...(meta['secret'] === true ? { secret: true } : {}),
  };
};

/** What an app can be told through its environment, for docs/config.md and `rig doctor`. */
export const describeConfig = (schema: z.ZodType): readonly ConfigVariable[] =>
  Object.entries(shapeOf(schema)).map(([name, piece]) => {
    const missing = piece.safeParse(undefined);
    const meta = metaOf(piece);
    const shown = missing.success && missing.data !== undefined && meta.secret !== true;
    return {
      name,
      description: meta.description ?? '',
      required: !missing.success,
      secret: meta.secret ?? false,
      defaultValue: shown ? String(missing.data) : undefined,
    };
  });

const readSecretFile = (name: string, path: string, problems: string[]): string | undefined => {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    problems.push(`${name} names a file that cannot be read: ${messageOf(error)}`);
    return undefined;
  }
};

/** Values by name: empty text counts as unset, and `NAME_FILE` stands in for `NAME` with the content of a file. */
const gather = (names: readonly string[], env: Env, problems: string[]): Record<string, string> => {
  const values: Record<string, string> = {};
  for (const name of names) {
    const direct = env[name] === '' ? undefined : env[name];
    const file = names.includes(`${name}_FILE`) ? undefined : env[`${name}_FILE`];
    if (direct !== undefined && file !== undefined && file !== '') {
      problems.push(`${name} and ${name}_FILE are both set; keep one`);
    }
    const value =
      direct ?? (file === undefined || file === '' ? undefined : readSecretFile(`${name}_FILE`, file, problems));
    if (value !== undefined) values[name] = value;
  }
  return values;
};

/**
 * Parses the environment by one schema (`z.object` of variables by name, built from `envSchema`).
 * Throws `CONFIG_INVALID` (terminal), which names every variable that is wrong and what to set it to; never the value.
 */
export const loadConfig = <S extends z.ZodType>(schema: S, env: Env): z.output<S> => {
  const shape = shapeOf(schema);
  const problems: string[] = [];
  const values = gather(Object.keys(shape), env, problems);
  const parsed = schema.safeParse(values);
  if (parsed.success && problems.length === 0) return parsed.data;
  const named = new Set<string>();
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0] ?? '(config)');
    const piece = shape[name];
    const description = piece === undefined ? undefined : metaOf(piece).description;
    problems.push(`${name} ${issue.message}`);
    named.add(description === undefined ? `Set ${name}.` : `Set ${name} to ${description}.`);
  }
  throw new RigError({
    code: 'CONFIG_INVALID',
    kind: 'terminal',
    message: `The configuration is not usable: ${problems.join('; ')}`,
    fix: [...named].join(' ') || 'Mend the variables named above.',
    details: { variables: problems },
  });
};
