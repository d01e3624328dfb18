import { messageOf, type Clock, type Logger } from '@rig/kernel';
import type { ReadyCheck, ServicePart } from '@rig/nest-kit';
import type { Leadership } from './leadership.js';
import type { TermState } from './leader-term.js';

export interface DispatcherDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tries once; undefined while another leads. */
  tryToLead(): Promise<Leadership | undefined>;
  /** Leads until the signal aborts. */
  lead(end: AbortSignal, onState: (state: TermState) => void): Promise<void>;
  onLeads(leads: boolean): void;
}

export interface Dispatcher extends ServicePart {
  /** A standby is ready too, and says that it is one. */
  readonly check: ReadyCheck;
}

/** Pause between two tries to lead, and after a term that failed, in milliseconds. */
const TRY_EVERY_MS = 1_000;

type State =
  | { readonly is: 'starting' | 'standby' }
  | { readonly is: 'leading'; readonly term?: TermState }
  | { readonly is: 'cut-off'; readonly why: string };

const describe = (state: State): ReturnType<ReadyCheck> => {
  switch (state.is) {
    case 'starting':
      return { ready: false, note: 'starting' };
    case 'standby':
      return { ready: true, note: 'standby: another dispatcher leads' };
    case 'cut-off':
      return { ready: false, note: `not leading: ${state.why}` };
    case 'leading': {
      if (state.term === undefined) return { ready: false, note: 'leading, loads its board' };
      const at = `position ${state.term.position()}`;
      return state.term.caughtUp()
        ? { ready: true, note: `leading at ${at}` }
        : { ready: false, note: `leading, catches up at ${at}` };
    }
  }
};

/** Active/standby: leads while it holds the lock, tries to get it while another does. */
export const createDispatcher = (deps: DispatcherDeps): Dispatcher => {
  const { clock, logger } = deps;
  let state: State = { is: 'starting' };
  let running: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  const term = async (leadership: Leadership, stop: AbortSignal): Promise<void> => {
    logger.log('info', 'this dispatcher leads');
    state = { is: 'leading' };
    deps.onLeads(true);
    leadership.lost.addEventListener('abort', () => deps.onLeads(false), { once: true });
    try {
      await deps.lead(AbortSignal.any([leadership.lost, stop]), (started) => {
        state = { is: 'leading', term: started };
      });
    } finally {
      deps.onLeads(false);
      await leadership.release();
      logger.log('info', 'this dispatcher leads no more');
    }
  };

  const once = async (stop: AbortSignal): Promise<void> => {
    try {
      const leadership = await deps.tryToLead();
      if (leadership === undefined) state = { is: 'standby' };
      else await term(leadership, stop);
    } catch (error) {
      state = { is: 'cut-off', why: messageOf(error) };
      logger.log('warn', 'the dispatcher cannot lead', { error: messageOf(error) });
    }
  };

  const run = async (stop: AbortSignal): Promise<void> => {
    while (!stop.aborted) {
      await once(stop);
      await clock.sleep(TRY_EVERY_MS, stop);
    }
  };

  return {
    name: 'dispatcher',
    start: async () => {
      if (running !== undefined) return;
      const stop = new AbortController();
      running = { stop, done: run(stop.signal) };
    },
    stop: async () => {
      running?.stop.abort();
      await running?.done;
      running = undefined;
    },
    check: () => describe(state),
  };
};
