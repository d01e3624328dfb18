import { createHmac, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { signWebhook } from '@rig/forge';
import { FORGED, type DoorAnswer, type Forgery, type RecordedDelivery } from '../../flows/faults/world-parts.js';
import { webhookHeaders } from './knock.js';

type Send = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string>) => Promise<DoorAnswer>;

const LIMIT = 25 * 1024 * 1024;
/** Unpacked; a thousandth of it goes over the wire. */
const BOMB = 256 * 1024 * 1024;

const UNSIGNED = [401];
/** A body that is announced as too large may be cut off before the answer can be read. */
const TOO_LARGE = [413, 0];

const SIGNATURE = 'x-hub-signature-256';

const altered = (body: Buffer): Buffer<ArrayBuffer> => {
  const copy = Buffer.from(body);
  const at = Math.floor(copy.length / 2);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

/** Everything that may be wrong with a delivery, each under a GUID of its own. */
export const createForgeries =
  (secret: string, send: Send) =>
  (delivery: RecordedDelivery): readonly Forgery[] => {
    const body = Buffer.from(delivery.body);
    const good = signWebhook(secret, body);
    const sha1 = `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`;
    const fresh = (): Record<string, string> => webhookHeaders({ ...delivery, guid: `${FORGED}${randomUUID()}` });
    const signed = (bytes: Uint8Array): Record<string, string> => ({
      ...fresh(),
      [SIGNATURE]: signWebhook(secret, bytes),
    });
    const one = (name: string, allowed: readonly number[], give: () => Promise<DoorAnswer>): Forgery => ({
      name,
      allowed,
      send: give,
    });
    const with256 = (value: string) => (): Promise<DoorAnswer> => send(body, { ...fresh(), [SIGNATURE]: value });
    return [
      one('no signature', UNSIGNED, () => send(body, fresh())),
      one('a short signature', UNSIGNED, with256(good.slice(0, 40))),
      one('an empty signature', UNSIGNED, with256('sha256=')),
      one('a sha1 signature alone', UNSIGNED, () => send(body, { ...fresh(), 'x-hub-signature': sha1 })),
      one('a sha1 signature for a sha256 one', UNSIGNED, with256(sha1)),
      one('a signature by another secret', UNSIGNED, with256(signWebhook(`${secret}x`, body))),
      one('one byte altered', UNSIGNED, () => send(altered(body), { ...fresh(), [SIGNATURE]: good })),
      one('25 MB and one byte', TOO_LARGE, () => {
        const large = Buffer.alloc(LIMIT + 1, 'x');
        return send(large, signed(large));
      }),
      one('a compressed bomb', [415], () => {
        const bomb = Buffer.from(gzipSync(Buffer.alloc(BOMB)));
        return send(bomb, { ...signed(bomb), 'content-encoding': 'gzip' });
      }),
    ];
  };
