import { rule } from './rule.js';

export const pkgNpmInstall = rule({
  id: 'pkg.npm.install',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with npm.',
  example: 'npm install left-pad',
  alternative: 'npm ci',
  when: ({ manager }) => manager === 'npm',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
