import { z } from 'zod';
import { IssueReference, parseOption, usageError } from '../core/arguments.js';
import { thenLines, verifyLines } from '../core/replay-lines.js';
import { connect } from './running-system.js';
import { createSteeringApi, type SteeringApi } from './steering-api.js';
import { createTerminal, printJson, printOut } from './terminal.js';

const At = z.union(
  [z.string().regex(/^[0-9]{1,15}$/), z.iso.datetime({ offset: true })],
  'neither a position nor a time such as 2026-03-02T09:30:00Z',
);

const verify = async (api: SteeringApi, json: boolean): Promise<number> => {
  const verified = await api.verify();
  if (json) printJson(verified);
  else printOut(verifyLines(verified, createTerminal(process.stdout, Date.now).palette).join('\n'));
  return verified.ok ? 0 : 1;
};

/** `rig replay --verify`: 1 if a row differs. `rig replay --at <time|position> owner/repo#n`. */
export const replay = async (issue: string | undefined, given: Record<string, unknown>): Promise<number> => {
  const wants = [given['verify'] === true, given['at'] !== undefined].filter(Boolean).length;
  if (wants !== 1) throw usageError('say --verify, or --at with an issue', 'For example: rig replay --verify');
  if (given['verify'] === true && issue !== undefined) {
    throw usageError('--verify compares every row of every read model', 'Leave the issue out: rig replay --verify');
  }
  const json = given['json'] === true;
  const example = 'rig replay --at 120 acme/greeter#1';
  const at = given['at'] === undefined ? undefined : parseOption(At, '--at', given['at'], example);
  const named = at === undefined ? undefined : parseOption(IssueReference, 'issue', issue, example);
  const { record, token } = await connect();
  const api = createSteeringApi({ url: record.conductorUrl, token });
  if (at === undefined || named === undefined) return verify(api, json);
  const then = await api.stateAt(named.repo, named.number, at);
  if (json) printJson(then);
  else {
    const { palette } = createTerminal(process.stdout, Date.now);
    printOut(thenLines(`${named.repo}#${named.number}`, then, palette).join('\n'));
  }
  return 0;
};
