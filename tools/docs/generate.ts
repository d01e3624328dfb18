/**
 * Writes the generated pages under docs/, or with --check fails when one of them is not what the code says.
 * Run after a build: node tools/docs/generate.ts [--check]
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { asyncApiPage } from './asyncapi-page.ts';
import { configPage } from './config-page.ts';
import { errorsPage } from './errors-page.ts';
import { eventsPage } from './events-page.ts';
import { guardPage } from './guard-page.ts';
import { metricsPage } from './metrics-page.ts';
import { missingTests } from './named-tests.ts';
import { openApiPage } from './openapi-page.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));

const pages: Readonly<Record<string, () => Promise<string>>> = {
  'events.md': eventsPage,
  'asyncapi.json': asyncApiPage,
  'openapi.json': openApiPage,
  'config.md': configPage,
  'errors.md': errorsPage,
  'guard.md': guardPage,
  'metrics.md': metricsPage,
};

const check = process.argv.includes('--check');
await mkdir(docs, { recursive: true });
for (const [name, make] of Object.entries(pages)) {
  const path = `${docs}${name}`;
  const text = await format(await make(), { ...(await resolveConfig(path)), filepath: path });
  if (!check) {
    await writeFile(path, text);
    continue;
  }
  const there = await readFile(path, 'utf8').catch(() => '');
  if (there !== text) {
    process.stderr.write(`docs/${name} is not what the code says: run node tools/docs/generate.ts\n`);
    process.exitCode = 1;
  }
}
if (check) {
  for (const line of await missingTests('docs/threat-model.md')) {
    process.stderr.write(`${line}\n`);
    process.exitCode = 1;
  }
}
