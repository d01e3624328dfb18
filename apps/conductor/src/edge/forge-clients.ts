import { readFile } from 'node:fs/promises';
import { createForge, createTokenMinter, type AppIdentity, type Forge, type TokenMinter } from '@rig/forge';
import type { Clock, Logger } from '@rig/kernel';
import type { ConductorConfig } from '../config.js';

export interface ForgeClients {
  readonly forge: Forge;
  readonly minter: TokenMinter;
}

const identity = async (appId: string, keyFile: string): Promise<AppIdentity> => ({
  appId,
  privateKey: await readFile(keyFile, 'utf8'),
});

/** The conductor is the only holder of the Apps' keys: it calls as one of them and mints tokens for the other two. */
export const createForgeClients = async (
  config: ConductorConfig,
  clock: Clock,
  logger: Logger,
): Promise<ForgeClients> => {
  const [conductor, author, reviewer] = await Promise.all([
    identity(config.GITHUB_CONDUCTOR_APP_ID, config.GITHUB_CONDUCTOR_PRIVATE_KEY_FILE),
    identity(config.GITHUB_AUTHOR_APP_ID, config.GITHUB_AUTHOR_PRIVATE_KEY_FILE),
    identity(config.GITHUB_REVIEWER_APP_ID, config.GITHUB_REVIEWER_PRIVATE_KEY_FILE),
  ]);
  const apiUrl = config.GITHUB_API_URL;
  return {
    forge: createForge({ apiUrl, app: conductor, clock, logger }),
    minter: createTokenMinter({ apiUrl, apps: { author, reviewer }, clock, logger }),
  };
};
