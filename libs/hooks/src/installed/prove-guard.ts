import { accept, refuse, type Clock, type Refusal, type Result } from '@rig/kernel';

export interface ProveGuardDeps {
  /** Makes a forbidden, harmless call through the installed hook, as the agent's client would. */
  call(id: string): Promise<{ readonly blocked: boolean; readonly why: string }>;
  /** Hurries what the hook left for the gateway. */
  deliver(): void;
  /** What the conductor knows of the hook's event. */
  reported(id: string, signal: AbortSignal): Promise<'unknown' | 'pending' | 'applied' | 'ignored' | 'refused'>;
  newId(): string;
  readonly clock: Clock;
  /** For the event to reach the store, in milliseconds. Default 10 000. */
  readonly arriveMs?: number;
}

/** Forbidden everywhere, and harmless where nothing forbids it: it changes nothing, and asks for no password. */
export const CANARY_COMMAND = 'sudo -n true';

/** Between two questions for the event. */
const ASK_MS = 20;

/**
 * Proves that the guard holds: a forbidden call is blocked, and its event reaches the store.
 * Refusals: GUARD_OPEN (it was not blocked), GUARD_SILENT (nobody heard of it).
 */
export const createProveGuard =
  ({ call, deliver, reported, newId, clock, arriveMs = 10_000 }: ProveGuardDeps) =>
  async (signal: AbortSignal): Promise<Result<void, Refusal>> => {
    const id = newId();
    const { blocked, why } = await call(id);
    if (!blocked) {
      return refuse({
        code: 'GUARD_OPEN',
        message: `a forbidden command was not blocked: ${why}`,
        fix: 'Run rig hooks status where the agents run; rig hooks install puts the hook in place.',
      });
    }
    deliver();
    const until = clock.now() + arriveMs;
    let status = await reported(id, signal);
    while (status !== 'applied' && status !== 'refused' && clock.now() < until && !signal.aborted) {
      await clock.sleep(ASK_MS, signal);
      status = await reported(id, signal);
    }
    if (status === 'applied') return accept(undefined);
    return refuse({
      code: 'GUARD_SILENT',
      message: `the block was not recorded: its event is ${status}`,
      fix: 'See that gateway and conductor run, and that the agent may write its spool.',
    });
  };

export type ProveGuard = ReturnType<typeof createProveGuard>;
