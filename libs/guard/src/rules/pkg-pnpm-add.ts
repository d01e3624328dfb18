import { rule } from './rule.js';

export const pkgPnpmAdd = rule({
  id: 'pkg.pnpm.add',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with pnpm.',
  example: 'pnpm add left-pad',
  alternative: 'pnpm install --frozen-lockfile',
  when: ({ manager }) => manager === 'pnpm',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
