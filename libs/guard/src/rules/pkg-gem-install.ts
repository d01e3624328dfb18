import { rule } from './rule.js';

export const pkgGemInstall = rule({
  id: 'pkg.gem.install',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with RubyGems.',
  example: 'gem install rake',
  alternative: 'bundle install',
  when: ({ manager }) => manager === 'gem',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
