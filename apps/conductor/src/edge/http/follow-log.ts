import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { EventLog } from '@rig/event-store';
import type { Kit } from '@rig/nest-kit';

/** A comment is sent this often, in milliseconds, so that proxies keep the connection and a dead reader is noticed. */
const KEEP_ALIVE_MS = 15_000;

/** Writes events from a position on, until the reader goes or the service stops. A slow reader is waited for. */
export const followLog = async (log: EventLog, from: number, out: ServerResponse, kit: Kit): Promise<void> => {
  const gone = new AbortController();
  out.on('close', () => gone.abort());
  const stop = AbortSignal.any([gone.signal, kit.stopping]);
  let wake = new AbortController();
  const unwatch = await log.watch(() => wake.abort());
  let after = from;
  try {
    out.write(': rig\n\n');
    while (!stop.aborted) {
      wake = new AbortController();
      const events = await log.readAll(after, 200);
      for (const event of events) {
        const more = out.write(`id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
        after = event.position;
        if (!more) await once(out, 'drain', { signal: stop }).catch(() => undefined);
        if (stop.aborted) return;
      }
      if (events.length > 0) continue;
      await kit.clock.sleep(KEEP_ALIVE_MS, AbortSignal.any([stop, wake.signal]));
      if (!wake.signal.aborted && !stop.aborted) out.write(': still here\n\n');
    }
  } finally {
    await unwatch();
  }
};
