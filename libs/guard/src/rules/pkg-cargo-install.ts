import { rule } from './rule.js';

export const pkgCargoInstall = rule({
  id: 'pkg.cargo.install',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with Cargo.',
  example: 'cargo install ripgrep',
  alternative: 'cargo build',
  when: ({ manager }) => manager === 'cargo',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
