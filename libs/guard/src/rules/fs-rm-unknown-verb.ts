import { isCatastrophe, isOutside } from './catastrophe.js';
import { rule } from './rule.js';

export const fsRmUnknownVerb = rule({
  id: 'fs.rm.unknown-verb',
  category: 'files',
  kind: 'unknown-verb',
  title: 'An unknown command told to remove, by force and recursively, what must not be removed.',
  example: '$TOOL -rf /',
  alternative: 'ls -la',
  when: ({ target }) => isCatastrophe(target) || isOutside(target) || target.ifUnset,
  message: ({ target }) => `An unknown command with -rf on ${target.written} is refused as if it were rm.`,
});
