import { CommittedEnvelope } from '@rig/contracts';
import { messageOf, type Clock } from '@rig/kernel';

export interface FollowDeps {
  /** A page of committed events after a position, in order. */
  page(after: number, limit: number, signal: AbortSignal): Promise<{ readonly events: readonly CommittedEnvelope[] }>;
  /** Live events after a position, until the connection ends; each a JSON text. */
  live(after: number, signal: AbortSignal): AsyncIterable<string>;
  readonly clock: Clock;
  /** Told when the connection was lost and is tried again. */
  onTrouble?(message: string): void;
}

const PAGE = 500;
const RETRY_MS = 300;

const parseLive = (text: string): CommittedEnvelope | undefined => {
  try {
    const parsed = CommittedEnvelope.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Every committed event after `after`, in position order, each once, until the signal aborts. Positions are dense:
 * whatever the live connection skips is read from the log. A lost connection is tried again every 300 ms.
 */
export async function* followEvents(
  deps: FollowDeps,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<CommittedEnvelope> {
  let last = after;

  async function* missing(): AsyncGenerator<CommittedEnvelope> {
    for (;;) {
      const { events } = await deps.page(last, PAGE, signal);
      for (const event of events) {
        if (event.position <= last) continue;
        last = event.position;
        yield event;
      }
      if (events.length < PAGE) return;
    }
  }

  while (!signal.aborted) {
    try {
      yield* missing();
      for await (const text of deps.live(last, signal)) {
        const event = parseLive(text);
        if (event === undefined || event.position <= last) continue;
        if (event.position > last + 1) {
          yield* missing();
          continue;
        }
        last = event.position;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      deps.onTrouble?.(messageOf(error));
    }
    await deps.clock.sleep(RETRY_MS, signal);
  }
}
