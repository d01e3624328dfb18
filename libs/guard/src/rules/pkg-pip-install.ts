import { rule } from './rule.js';

export const pkgPipInstall = rule({
  id: 'pkg.pip.install',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with pip.',
  example: 'pip install requests',
  alternative: 'pip install -r requirements.txt',
  when: ({ manager }) => manager === 'pip',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
