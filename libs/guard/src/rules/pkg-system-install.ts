import { rule } from './rule.js';

export const pkgSystemInstall = rule({
  id: 'pkg.system.install',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with the system: apt, dnf, apk, pacman ….',
  example: 'apt-get install -y jq',
  alternative: 'apt-cache policy jq',
  when: ({ manager }) => manager === 'system',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
