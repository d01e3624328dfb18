import { nameKey } from '@rig/contracts';
import { createLoop } from '@rig/kernel';
import type { StreamBus } from '@rig/stream-bus';
import type { ReadyCheck } from '../http/health.controller.js';
import type { Kit } from '../kit/kit.js';
import type { ServicePart } from './service.js';

export interface NameWatchOptions {
  readonly bus: Pick<StreamBus, 'claimName'>;
  readonly kit: Pick<Kit, 'hostname' | 'incarnation' | 'clock' | 'logger' | 'gauge'>;
  /** Whose names these are: the service, or `workersOf(agent)`. */
  readonly of: string;
}

export interface NameWatch extends ServicePart {
  /** Ready in any case; says so when another process goes by the same name. */
  readonly check: ReadyCheck;
}

const EVERY_MS = 5_000;
/** Longer than two passes, so that one that fails says nothing. */
const HOLDS_MS = 15_000;

/**
 * Notices that another process has the same HOSTNAME: both would be one consumer, take each other's entries and, as
 * workers, clear each other's folders. Each claims the name again and again and sees who claimed it in between; what
 * lies there at the first claim may be a predecessor's and says nothing. Said in the log, in the metric
 * `rig_hostname_clash` and in `/readyz`; work goes on, because fences hold whatever two workers do.
 */
export const createNameWatch = ({ bus, kit, of }: NameWatchOptions): NameWatch => {
  const { hostname, incarnation, clock, logger } = kit;
  const clashes = kit.gauge({ name: 'rig_hostname_clash', help: '1 while another process has the same HOSTNAME' });
  let [claimed, other]: [boolean, string | undefined] = [false, undefined];

  const once = async (): Promise<string> => {
    const before = await bus.claimName(nameKey(of, hostname), incarnation, HOLDS_MS);
    const found = claimed ? before : undefined;
    claimed = true;
    if (found !== undefined && found !== other) {
      logger.log('error', 'another process has this HOSTNAME', {
        hostname,
        incarnation,
        other: found,
        fix: 'Give each process a HOSTNAME of its own.',
      });
    }
    if (found === undefined && other !== undefined) logger.log('info', "the HOSTNAME is this process's alone again");
    other = found;
    clashes(found === undefined ? 0 : 1);
    return found === undefined ? 'alone' : 'clash';
  };
  const loop = createLoop({ name: 'name watch', once, everyMs: EVERY_MS, clock, logger });
  return {
    name: 'name watch',
    start: loop.start,
    stop: loop.stop,
    check: () => (other === undefined ? { ready: true } : { ready: true, note: `another process is ${hostname}, too` }),
  };
};
