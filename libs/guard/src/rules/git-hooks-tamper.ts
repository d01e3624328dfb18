import { rule } from './rule.js';

export const gitHooksTamper = rule({
  id: 'git.hooks-tamper',
  category: 'guard',
  kind: 'git',
  title: 'Switching git hooks off or over: core.hooksPath, template folders.',
  example: 'git config core.hooksPath /dev/null',
  alternative: 'git config --get core.hooksPath',
  when: ({ hazard }) => hazard === 'hooks',
  message: ({ detail }) => `Setting ${detail} changes which hooks git runs.`,
});
