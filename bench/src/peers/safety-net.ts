import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Its hook for Claude Code, as its own installer writes it; it keeps a compile cache and a log below its home. */
export const safetyNetHook = (): readonly string[] => {
  const manifest = createRequire(import.meta.url).resolve('cc-safety-net/package.json');
  return [process.execPath, join(dirname(manifest), 'dist/bin/cc-safety-net.js'), 'hook', '--claude-code'];
};

/**
 * Its library, with the settings it comes with. Refusals by its rules about reading secrets are no false blocks: that is
 * a policy of its own which ours does not have.
 */
export const openSafetyNet = async (place: { readonly cwd: string; readonly home: string }) => {
  // It asks the system for the home folder when it is loaded and later.
  Object.assign(process.env, { HOME: place.home, CC_SAFETY_NET_HOME: join(place.home, '.cc-safety-net') });
  const { checkCommand } = await import('cc-safety-net/api');
  return (command: string): boolean => {
    try {
      const result = checkCommand({ command, cwd: place.cwd });
      return result.kind === 'deny' && result.ruleId?.startsWith('secret.') !== true;
    } catch {
      // Its documentation: a command that makes it throw is not to be run.
      return true;
    }
  };
};
