import { rule } from './rule.js';

export const pkgBunAdd = rule({
  id: 'pkg.bun.add',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with Bun.',
  example: 'bun add left-pad',
  alternative: 'bun install --frozen-lockfile',
  when: ({ manager }) => manager === 'bun',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
