import { rule } from './rule.js';

export const pkgBrewInstall = rule({
  id: 'pkg.brew.install',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with Homebrew or MacPorts.',
  example: 'brew install jq',
  alternative: 'brew list',
  when: ({ manager }) => manager === 'brew',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
