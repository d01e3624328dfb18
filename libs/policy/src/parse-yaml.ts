import { accept, messageOf, refuse, type Refusal, type Result } from '@rig/kernel';
import { parse } from 'yaml';
import type { z } from 'zod';

/** Parses YAML text by a schema; the refusal names the file, the field and what would be right. */
export const parseYaml = <S extends z.ZodType>(file: string, text: string, schema: S): Result<z.output<S>, Refusal> => {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 50 });
  } catch (error) {
    return refuse({ code: 'YAML_INVALID', message: `${file}: ${messageOf(error)}`, fix: 'Mend the YAML syntax.' });
  }
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return accept(parsed.data);
  const lines = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`);
  return refuse({
    code: 'CONFIG_INVALID',
    message: `${file}: ${lines.join('; ')}`,
    fix: 'Correct the named fields; docs/config.md lists what each may be.',
  });
};
