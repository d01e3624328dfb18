import { rule } from './rule.js';

export const pkgOtherInstall = rule({
  id: 'pkg.other.install',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with other managers: deno, cpan, luarocks, dotnet ….',
  example: 'luarocks install lpeg',
  alternative: 'git status',
  when: ({ manager }) => manager === 'other',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
