import { z } from 'zod';
import { parseOption } from '../core/arguments.js';
import { oneLine, table } from '../core/format.js';
import { connect } from './running-system.js';
import { createSteeringApi, type SteeringApi } from './steering-api.js';
import { printJson, printOut } from './terminal.js';

const PREFIX = 'rig:dead:';

/** A list may be named with or without its prefix. */
const ListName = z
  .string()
  .regex(/^[A-Za-z0-9:._-]{1,200}$/, 'not the name of a dead list')
  .transform((name) => (name.startsWith(PREFIX) ? name : `${PREFIX}${name}`));
const EntryId = z.string().regex(/^[0-9]{1,20}-[0-9]{1,20}$/, 'not the id of an entry');

const open = async (): Promise<SteeringApi> => {
  const { record, token } = await connect();
  return createSteeringApi({ url: record.conductorUrl, token });
};

const listOf = (list: string): string => parseOption(ListName, 'list', list, 'rig dead list events:dispatcher');
const idOf = (id: string): string => parseOption(EntryId, 'id', id, 'rig dead show events:dispatcher 1772443800000-0');

/** `rig dead list [list]`: all dead lists, or the entries of one. */
export const listDead = async (list: string | undefined, given: Record<string, unknown>): Promise<number> => {
  if (list === undefined) {
    const lists = await (await open()).deadLists();
    if (given['json'] === true) printJson({ lists });
    else
      printOut(
        table(
          ['LIST', 'ENTRIES'],
          lists.map((one) => [one.list, String(one.entries)]),
        ).join('\n'),
      );
    return 0;
  }
  const name = listOf(list);
  const entries = await (await open()).dead(name);
  if (given['json'] === true) printJson({ list: name, entries });
  else {
    const rows = entries.map((entry) => [entry.id, String(entry.tries), entry.at, oneLine(entry.reason, 120)]);
    printOut(table(['ID', 'TRIES', 'DIED AT', 'REASON'], rows).join('\n'));
  }
  return 0;
};

/** `rig dead show <list> <id>` */
export const showDead = async (list: string, id: string, given: Record<string, unknown>): Promise<number> => {
  const entry = await (await open()).deadEntry(listOf(list), idOf(id));
  if (given['json'] === true) {
    printJson(entry);
    return 0;
  }
  printOut(
    [
      `id       ${entry.id}`,
      `stream   ${entry.stream}, group ${entry.group}, entry ${entry.entryId}`,
      `tries    ${entry.tries}, the last at ${entry.at}`,
      `reason   ${oneLine(entry.reason, 1_000)}`,
      `payload  ${oneLine(entry.json, 8_000)}`,
    ].join('\n'),
  );
  return 0;
};

/** `rig dead redrive|drop <list> <id>` */
export const settleDead = async (
  how: 'redrive' | 'drop',
  list: string,
  id: string,
  given: Record<string, unknown>,
): Promise<number> => {
  const settled = await (await open())[how](listOf(list), idOf(id));
  const at = settled.position === null ? '' : ` (position ${settled.position})`;
  if (given['json'] === true) printJson(settled);
  else printOut(`${settled.id} is ${how === 'redrive' ? 'back on its stream' : 'dropped'}${at}.`);
  return 0;
};
