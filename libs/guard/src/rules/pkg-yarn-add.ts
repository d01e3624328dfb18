import { rule } from './rule.js';

export const pkgYarnAdd = rule({
  id: 'pkg.yarn.add',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with Yarn.',
  example: 'yarn add left-pad',
  alternative: 'yarn install --immutable',
  when: ({ manager }) => manager === 'yarn',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
