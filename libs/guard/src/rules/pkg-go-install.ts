import { rule } from './rule.js';

export const pkgGoInstall = rule({
  id: 'pkg.go.install',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with Go.',
  example: 'go install example.com/tool@latest',
  alternative: 'go build ./...',
  when: ({ manager }) => manager === 'go',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
