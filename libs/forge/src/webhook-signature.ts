import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'sha256=';
const HEX = /^[0-9a-f]{64}$/i;

const mac = (secret: string, rawBody: Uint8Array): Buffer => createHmac('sha256', secret).update(rawBody).digest();

/** The value of `X-Hub-Signature-256` for a body. */
export const signWebhook = (secret: string, rawBody: Uint8Array): string =>
  `${PREFIX}${mac(secret, rawBody).toString('hex')}`;

/**
 * Whether `header` (`X-Hub-Signature-256`) signs exactly these bytes. Only sha256; the comparison takes the same time
 * wherever the first difference is. An empty secret verifies nothing. Never throws.
 *
 * Own code on node:crypto because @octokit/webhooks-methods takes the body as a string: decoding and encoding again
 * changes bytes that are not valid UTF-8, and what is verified must be what is stored.
 */
export const verifyWebhookSignature = (secret: string, rawBody: Uint8Array, header: string | undefined): boolean => {
  const given = header?.startsWith(PREFIX) === true ? header.slice(PREFIX.length) : '';
  if (secret === '' || !HEX.test(given)) return false;
  return timingSafeEqual(mac(secret, rawBody), Buffer.from(given, 'hex'));
};
