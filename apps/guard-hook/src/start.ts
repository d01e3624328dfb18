import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { KIT } from '@rig/hooks';
import { sayFault } from './core/say-block.js';
import { say } from './edge/say.js';

const read = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/**
 * Runs the bundle from V8's code cache, which holds what a decision needs already compiled. Node's own compile cache
 * holds only what is compiled before anything ran, and lies in a folder of each user's. A cache of another Node is
 * passed over by V8.
 */
const main = (): void => {
  const kit = dirname(process.argv[1] ?? '');
  const cachedData = read(`${kit}/${KIT.cache}`);
  const filename = `${kit}/${KIT.bundle}`;
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  script.runInThisContext();
};

try {
  main();
} catch {
  process.exitCode = 2;
  say(sayFault('its files are not all there'));
}
// With the exit code that stands: everything is said and kept by now, and nobody needs what tearing Node down tidies up.
process.exit();
