import { fileURLToPath } from 'node:url';

/** The root of this checkout; the same from src/ and dist/. */
export const checkoutRoot = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');

/** Where this checkout keeps its runs. */
export const rigHome = (): string => process.env['RIG_HOME'] ?? `${checkoutRoot}/.rig`;

export const appsDir = `${checkoutRoot}/apps`;
