import { rule } from './rule.js';

export const pkgPythonInstall = rule({
  id: 'pkg.python.install',
  category: 'packages',
  kind: 'install',
  title: 'Installing packages by name with Poetry, PDM, uv, pipx, Conda.',
  example: 'uv add requests',
  alternative: 'uv sync',
  when: ({ manager }) => manager === 'python',
  message: ({ what }) =>
    `Installing ${what} by hand brings in what no review and no lock file has seen. Add it to the manifest in a pull request, and install from the lock file.`,
});
