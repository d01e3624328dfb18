import { access, constants, mkdir } from 'node:fs/promises';
import { RigError } from '@rig/kernel';
import { checkoutRoot, rigHome } from './checkout.js';
import { errorCode } from './error-code.js';

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

/** Makes sure that runs can be kept, before anything is begun. */
export const requireHome = async (): Promise<void> => {
  const home = rigHome();
  try {
    await mkdir(home, { recursive: true });
    await access(home, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === undefined || !UNWRITABLE.has(code)) throw cause;
    throw new RigError({
      code: 'HOME_NOT_WRITABLE',
      kind: 'terminal',
      message: `${home} cannot be written`,
      fix: `Run: sudo chown -R "$(id -un)" ${checkoutRoot}\nOr keep runs elsewhere: export RIG_HOME=<a folder of yours>`,
      cause,
    });
  }
};
