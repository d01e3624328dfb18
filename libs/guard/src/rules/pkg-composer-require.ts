import { rule } from './rule.js';

export const pkgComposerRequire = rule({
  id: 'pkg.composer.require',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with Composer.',
  example: 'composer require monolog/monolog',
  alternative: 'composer install',
  when: ({ manager }) => manager === 'composer',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
