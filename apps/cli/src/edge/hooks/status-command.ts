import { homedir } from 'node:os';
import { CLIENTS, hookStatus, type Scope } from '@rig/hooks';
import { statusExitCode, statusLines } from '../../core/hooks/hook-lines.js';
import { createTerminal, printJson, printOut } from '../terminal.js';
import { clientsFrom } from './choices.js';

const SCOPES: readonly Scope[] = ['managed', 'user'];

/** `rig hooks status` */
export const showHooks = async (given: Record<string, unknown>): Promise<number> => {
  const clients = given['client'] === undefined ? CLIENTS : clientsFrom(given['client']);
  const rows = await Promise.all(
    clients.flatMap((client) => SCOPES.map((scope) => hookStatus(client, { scope, home: homedir() }))),
  );
  if (given['json'] === true) printJson({ hooks: rows });
  else printOut(statusLines(rows, createTerminal(process.stdout, Date.now).palette).join('\n'));
  return statusExitCode(rows);
};
