import { AgentId, RepoSlug, type PauseTarget } from '@rig/contracts';
import { z } from 'zod';
import { parseOption, usageError } from '../core/arguments.js';
import { pauseLine } from '../core/pause-lines.js';
import { connect } from './running-system.js';
import { createSteeringApi } from './steering-api.js';
import { printError, printJson, printOut } from './terminal.js';

const Reason = z.string().max(1_024, 'at most 1024 characters');

const targetOf = (verb: string, what: string, id: string | undefined): PauseTarget => {
  switch (what) {
    case 'all':
      if (id !== undefined) throw usageError(`${verb} all takes no name`, `For example: rig ${verb} all`);
      return { scope: 'all' };
    case 'agent':
      if (id === undefined) throw usageError('which agent?', `For example: rig ${verb} agent dev-e-1`);
      return { scope: 'agent', id: parseOption(AgentId, 'agent', id, `rig ${verb} agent dev-e-1`) };
    case 'repo':
      if (id === undefined) throw usageError('which repository?', `For example: rig ${verb} repo acme/greeter`);
      return { scope: 'repo', id: parseOption(RepoSlug, 'repo', id, `rig ${verb} repo acme/greeter`) };
    default:
      throw usageError(`"${what}" is neither all, agent nor repo`, `For example: rig ${verb} agent dev-e-1`);
  }
};

const nameOf = (target: PauseTarget): string =>
  target.scope === 'all' ? 'Everything' : `${target.scope} ${target.id}`;

/** `rig pause all|agent|repo` and `rig resume …` */
export const steerPause = async (
  verb: 'pause' | 'resume',
  what: string,
  id: string | undefined,
  given: Record<string, unknown>,
): Promise<number> => {
  const target = targetOf(verb, what, id);
  const reason = parseOption(Reason, '--reason', given['reason'] ?? '', '--reason "an incident"');
  const { record, token, api: reader } = await connect();
  const api = createSteeringApi({ url: record.conductorUrl, token });
  const report =
    verb === 'pause'
      ? await api.pause({ target, reason, stopRunning: given['stopRunning'] === true })
      : await api.resume(target);
  if (given['json'] === true) printJson(report);
  else printOut(pauseLine(nameOf(target), report));
  if (verb === 'pause' && target.scope === 'repo' && !(await reader.issues()).some(({ repo }) => repo === target.id)) {
    printError(
      `No issue of ${target.id} is in the log. If that is not its name, nothing is stopped: rig resume repo ${target.id}`,
    );
  }
  return 0;
};
