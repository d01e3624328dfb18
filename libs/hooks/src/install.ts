import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig/kernel';
import type { ClientName, Scope } from './clients/client.js';
import { clientOf } from './clients/index.js';
import { modeOf, writeWhole } from './kit/write-file.js';

export interface SettingsPlace {
  readonly scope: Scope;
  /** Home folder of whoever the settings are for; used for `user`. */
  readonly home: string;
  /** Root of the file system, for building images. Default `/`; used for `managed`. */
  readonly root?: string;
}

export interface SettingsChange {
  readonly client: ClientName;
  readonly file: string;
  /** As they are; undefined where there is no file. */
  readonly before: string | undefined;
  readonly after: string;
}

export const settingsFile = (client: ClientName, { scope, home, root = '/' }: SettingsPlace): string =>
  join(scope === 'managed' ? root : home, clientOf(client).file[scope]);

const readText = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/**
 * What the settings of clients would become; writes nothing. Throws RigError SETTINGS_INVALID or SETTINGS_CONFLICT when
 * one of them cannot be changed: then none is.
 * @param command  absolute path of an installed rig-guard
 */
export const planSettings = (
  clients: readonly ClientName[],
  command: string,
  place: SettingsPlace,
): Promise<readonly SettingsChange[]> =>
  Promise.all(
    clients.map(async (client) => {
      const file = settingsFile(client, place);
      const before = await readText(file);
      const after = clientOf(client).put(before, command, place.scope);
      if (after.ok) return { client, file, before, after: after.value };
      const { code, message, fix } = after.refusal;
      throw new RigError({
        code,
        kind: 'terminal',
        message: `${file}: ${message}`,
        ...(fix === undefined ? {} : { fix }),
      });
    }),
  );

/** Files of everybody are readable by everybody; a person's stay as private as they are. */
const modeFor = (file: string, scope: Scope): Promise<number> => modeOf(file, scope === 'managed' ? 0o644 : 0o600);

/** Writes what was planned, each file whole or not at all. Resolves to the files that were changed. */
export const applySettings = async (
  changes: readonly SettingsChange[],
  { scope }: Pick<SettingsPlace, 'scope'>,
): Promise<readonly string[]> => {
  const changed = changes.filter(({ before, after }) => before !== after);
  for (const { file, after } of changed) {
    // Settings may be a link into somebody's own collection; the link stays.
    const target = await realpath(file).catch(() => file);
    await writeWhole(target, after, await modeFor(target, scope));
  }
  return changed.map(({ file }) => file);
};
