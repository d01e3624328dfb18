import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Deps } from './flows/deps.js';
import { createRateLimiter } from './edge/http/rate-limit.js';
import { createAllRoutes } from './edge/routes/all-routes.js';

describe('the README', () => {
  it('lists every route that there is, with the document it follows, and no other', () => {
    // Making routes only closes over these; nothing is called.
    const deps = { world: {}, view: { base: '' }, git: {} } as unknown as Deps;
    const routes = createAllRoutes(
      deps,
      createRateLimiter(1, () => 0),
    ).map(({ method, path, doc }) => {
      const shown = path.replaceAll(/:(\w+)/g, '{$1}').replace('/*', '/{path}');
      return `| \`${method} ${shown}\` | ${doc} |`;
    });
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const lines = readme.split('\n').filter((line) => /^\| `[A-Z]+ \//.test(line));
    const listed = lines.map((line) => line.replaceAll(/ +/g, ' ').trim());
    expect(listed).toEqual(routes);
  });
});
