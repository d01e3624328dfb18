import { z } from 'zod';
import { Ignored, listAll } from './api.js';
import type { ForgeDelivery } from './forge.js';
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

/** Deliveries of the App's webhook since `since`, newest first, one per GUID. The forge keeps three days of them. */
export const readDeliveries = async (
  transport: Transport,
  credentials: Credentials,
  since: string,
): Promise<readonly ForgeDelivery[]> => {
  const call = { credentials, route: '/app/hook/deliveries', schema: Deliveries };
  const isOld = (delivery: { delivered_at: string }): boolean => Date.parse(delivery.delivered_at) < Date.parse(since);
  // Newest first: the first page that reaches back far enough is the last one read.
  const all = await listAll(transport, call, { maxPages: MAX_PAGES, partial: true, until: isOld });
  const newest = new Map<string, ForgeDelivery>();
  for (const { id, guid, status_code: code } of all.filter((delivery) => !isOld(delivery))) {
    const arrived = typeof code === 'number' && code >= 200 && code < 300;
    const known = newest.get(guid);
    newest.set(guid, { id: known?.id ?? id, guid, arrived: arrived || known?.arrived === true });
  }
  return [...newest.values()];
};

export const askAgain = async (transport: Transport, credentials: Credentials, id: string): Promise<void> => {
  const route = '/app/hook/deliveries/{delivery_id}/attempts';
  await transport.send({ credentials, method: 'POST', route, params: { delivery_id: id }, schema: Ignored });
};
