import { explainCommand } from '@rig/guard';
import { explanationLines } from '../../core/guard/explanation-lines.js';
import { createTerminal, printJson, printOut } from '../terminal.js';
import { commandText, placeOptions } from './check-command.js';
import { createPlaces, scriptsOf } from './place.js';
import { loadGuardPolicy } from './policy.js';

/** `rig guard explain` */
export const explainGuard = async (command: string, given: Record<string, unknown>): Promise<number> => {
  const policy = await loadGuardPolicy(given['policy'], process.env);
  const place = createPlaces(process.env, process.cwd())(placeOptions(given));
  const explained = explainCommand({
    command: await commandText(command),
    ...place,
    policy,
    scripts: scriptsOf(place.workspace),
  });
  if (given['json'] === true) printJson({ ...explained, place });
  else printOut(explanationLines(explained, createTerminal(process.stdout, Date.now).palette).join('\n'));
  return 0;
};
