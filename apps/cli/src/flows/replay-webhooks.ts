import type { Clock } from '@rig/kernel';
import { reportReplay, type Replayed, type ReplayReport } from '../core/replay-report.js';

export interface ReplayDeps {
  /** Sends one payload signed; the inbox id, or why the gateway did not take it. */
  send(event: string, payload: unknown): Promise<{ readonly id: string } | { readonly rejected: string }>;
  /** What became of inbox entries; ids it does not know are left out. */
  outcomes(
    ids: readonly string[],
  ): Promise<readonly { id: string; status: 'pending' | 'applied' | 'ignored' | 'refused'; reason: string }[]>;
  readonly clock: Clock;
  progress(sent: number, settled: number): void;
}

const AT_ONCE = 8;
const BATCH = 50;
const POLL_MS = 250;

interface Sent {
  readonly event: string;
  readonly id: string | undefined;
  readonly rejected: string;
}

const sendAll = async (
  deps: ReplayDeps,
  examples: Iterable<{ readonly event: string; readonly payload: unknown }>,
): Promise<readonly Sent[]> => {
  const sent: Sent[] = [];
  const source = examples[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = source.next(); next.done !== true; next = source.next()) {
      const { event, payload } = next.value;
      const answer = await deps.send(event, payload);
      sent.push('id' in answer ? { event, id: answer.id, rejected: '' } : { event, id: undefined, ...answer });
      deps.progress(sent.length, 0);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return sent;
};

/** Polls until every id is settled or time is up; the answer holds what was settled. */
const settle = async (
  deps: ReplayDeps,
  ids: readonly string[],
  timeoutMs: number,
): Promise<ReadonlyMap<string, { status: 'applied' | 'ignored' | 'refused'; reason: string }>> => {
  const settled = new Map<string, { status: 'applied' | 'ignored' | 'refused'; reason: string }>();
  const until = deps.clock.now() + timeoutMs;
  for (;;) {
    const open = ids.filter((id) => !settled.has(id));
    for (let from = 0; from < open.length; from += BATCH) {
      for (const { id, status, reason } of await deps.outcomes(open.slice(from, from + BATCH))) {
        if (status !== 'pending') settled.set(id, { status, reason });
      }
    }
    deps.progress(ids.length, settled.size);
    if (settled.size === ids.length || deps.clock.now() >= until) return settled;
    await deps.clock.sleep(POLL_MS);
  }
};

/** Sends payloads through a gateway, at most 8 at once, and waits until the conductor has settled each. */
export const createReplayWebhooks =
  (deps: ReplayDeps) =>
  async (
    examples: Iterable<{ readonly event: string; readonly payload: unknown }>,
    timeoutMs: number,
  ): Promise<ReplayReport> => {
    const startedAt = deps.clock.now();
    const sent = await sendAll(deps, examples);
    const ids = [...new Set(sent.flatMap(({ id }) => (id === undefined ? [] : [id])))];
    const settled = await settle(deps, ids, timeoutMs);
    const items = sent.map(({ event, id, rejected }): Replayed => {
      if (id === undefined) return { event, outcome: 'rejected', reason: rejected };
      const found = settled.get(id);
      return found === undefined
        ? { event, outcome: 'pending', reason: 'not settled in time' }
        : { event, outcome: found.status, reason: found.reason };
    });
    return reportReplay(items, deps.clock.now() - startedAt);
  };
