import { isOutside } from './catastrophe.js';
import { rule } from './rule.js';

export const fsRmOutsideWorkspace = rule({
  id: 'fs.rm.outside-workspace',
  category: 'files',
  kind: 'delete',
  title: 'Deleting outside the workspace and the scratch folder.',
  example: 'rm -rf /srv/data',
  alternative: 'rm -rf ./data',
  when: ({ target }) => isOutside(target),
  message: ({ target }) => `${target.written} lies outside the workspace.`,
});
