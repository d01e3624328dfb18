import { z } from 'zod';
import { Ignored, listAll } from './api.js';
import type { Credentials, Transport } from './transport.js';
import { Id } from './wire.js';

const Deliveries = z.array(
  z.object({
    id: Id,
    guid: z.string(),
    delivered_at: z.iso.datetime({ offset: true }),
    status_code: z.number().nullish(),
  }),
);
const MAX_PAGES = 20;

export interface FailedDelivery {
  readonly id: string;
  readonly guid: string;
}

/**
 * Deliveries of the App's webhook since `since` that no attempt has brought to a 2xx, newest first, one per GUID.
 * The forge keeps three days of them.
 */
export const readFailedDeliveries = async (
  transport: Transport,
  credentials: Credentials,
  since: string,
): Promise<readonly FailedDelivery[]> => {
  const call = { credentials, route: '/app/hook/deliveries', schema: Deliveries };
  const isOld = (delivery: { delivered_at: string }): boolean => Date.parse(delivery.delivered_at) < Date.parse(since);
  // Newest first: the first page that reaches back far enough is the last one read.
  const all = await listAll(transport, call, { maxPages: MAX_PAGES, partial: true, until: isOld });
  const recent = all.filter((delivery) => !isOld(delivery));
  const arrived = new Set(
    recent
      .filter(({ status_code: code }) => typeof code === 'number' && code >= 200 && code < 300)
      .map(({ guid }) => guid),
  );
  const newest = new Map<string, FailedDelivery>();
  for (const { id, guid } of recent) {
    if (!arrived.has(guid) && !newest.has(guid)) newest.set(guid, { id, guid });
  }
  return [...newest.values()];
};

export const askAgain = async (transport: Transport, credentials: Credentials, id: string): Promise<void> => {
  const route = '/app/hook/deliveries/{delivery_id}/attempts';
  await transport.send({ credentials, method: 'POST', route, params: { delivery_id: id }, schema: Ignored });
};
