import type { Forge } from '@rig/forge';
import { isRigError } from '@rig/kernel';

/** Error codes by which a forge says that a repository is none of ours. */
const NOT_OURS = new Set(['FORGE_NOT_FOUND', 'FORGE_UNAUTHORIZED', 'FORGE_NOT_INSTALLED']);

/**
 * Asks the forge for the current object. Undefined when there is no forge, or when it does not let us see the
 * repository; passing faults are thrown, so that the delivery is tried again.
 */
export const askForge = async <T>(
  forge: Forge | undefined,
  ask: (forge: Forge) => Promise<T>,
): Promise<T | undefined> => {
  if (forge === undefined) return undefined;
  try {
    return await ask(forge);
  } catch (error) {
    if (isRigError(error) && NOT_OURS.has(error.code)) return undefined;
    throw error;
  }
};
