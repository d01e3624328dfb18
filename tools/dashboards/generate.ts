/**
 * Writes deploy/grafana/dashboards/*.json from dashboards.ts, or with --check fails when one of them differs.
 *
 *   node tools/dashboards/generate.ts [--check]
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { dashboards } from './dashboards.ts';
import { toGrafana } from './panels.ts';

const folder = fileURLToPath(new URL('../../deploy/grafana/dashboards/', import.meta.url));
await mkdir(folder, { recursive: true });
for (const dashboard of dashboards) {
  const path = `${folder}${dashboard.uid}.json`;
  const text = `${JSON.stringify(toGrafana(dashboard), null, 2)}\n`;
  if (!process.argv.includes('--check')) await writeFile(path, text);
  else if ((await readFile(path, 'utf8').catch(() => '')) !== text) {
    process.stderr.write(`${path} is not what dashboards.ts says: run node tools/dashboards/generate.ts\n`);
    process.exitCode = 1;
  }
}
