import { messageOf, type Logger } from '@rig/kernel';
import type { ReadyChecks } from '../http/health.controller.js';
import type { ServicePart } from './service.js';

type State = 'waiting' | 'running' | 'failed' | 'stopped';

export interface PartRunner {
  /** Starts the parts in order; on a failure the started ones are stopped and the error is thrown. */
  start(): Promise<void>;
  /** Stops the parts in reverse; each in its own try, so that one bad part does not keep the others. Twice is once. */
  stop(): Promise<void>;
  /** The part that is being stopped, for the message when the deadline passes. */
  readonly busyWith: string | undefined;
  readonly checks: ReadyChecks;
}

const checksOf = (parts: readonly ServicePart[], stateOf: (part: ServicePart) => State): ReadyChecks =>
  Object.fromEntries(
    parts.map((part) => [
      part.name,
      () => {
        const state = stateOf(part);
        return state === 'running' ? { ready: true } : { ready: false, note: state };
      },
    ]),
  );

export const createPartRunner = (parts: readonly ServicePart[], logger: Logger): PartRunner => {
  const states = new Map<ServicePart, State>(parts.map((part) => [part, 'waiting']));
  let busyWith: string | undefined;
  let stopping: Promise<void> | undefined;

  const stopOne = async (part: ServicePart): Promise<void> => {
    busyWith = part.name;
    try {
      await part.stop();
    } catch (error) {
      logger.log('error', 'a part failed to stop', { part: part.name, error });
    }
    states.set(part, 'stopped');
  };

  const stopAll = async (): Promise<void> => {
    for (const part of [...parts].reverse()) {
      const state = states.get(part);
      if (state === 'running' || state === 'failed') await stopOne(part);
    }
    busyWith = undefined;
  };

  const stop = (): Promise<void> => (stopping ??= stopAll());

  return {
    get busyWith() {
      return busyWith;
    },
    start: async () => {
      for (const part of parts) {
        if (stopping !== undefined) return;
        try {
          await part.start();
          states.set(part, 'running');
        } catch (error) {
          logger.log('error', 'a part failed to start', { part: part.name, error: messageOf(error) });
          states.set(part, 'failed');
          await stop();
          throw error;
        }
      }
    },
    stop,
    checks: checksOf(parts, (part) => states.get(part) ?? 'waiting'),
  };
};
