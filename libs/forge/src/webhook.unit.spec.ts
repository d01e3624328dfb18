import { describe, expect, it } from '@jest/globals';
import { loadExamples } from './webhook-examples.js';
import { signWebhook, verifyWebhookSignature } from './webhook-signature.js';

const secret = "It's a Secret to Everybody";
const body = Buffer.from('Hello, World!');

describe('webhook signatures', () => {
  it('agree with the value in GitHub’s documents', () => {
    const documented = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(signWebhook(secret, body)).toBe(documented);
    expect(verifyWebhookSignature(secret, body, documented)).toBe(true);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['of sha1', `sha1=${'a'.repeat(40)}`],
    ['without a prefix', signWebhook(secret, body).slice(7)],
    ['cut short', signWebhook(secret, body).slice(0, -2)],
    ['with more behind it', `${signWebhook(secret, body)}00`],
    ['of another secret', signWebhook('other', body)],
    ['of other bytes', signWebhook(secret, Buffer.from('Hello, World?'))],
    ['not hexadecimal', `sha256=${'z'.repeat(64)}`],
  ])('are refused when %s', (_, header) => {
    expect(verifyWebhookSignature(secret, body, header)).toBe(false);
  });

  it('are over the raw bytes, also where these are no valid text', () => {
    const raw = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    const header = signWebhook(secret, raw);
    expect(verifyWebhookSignature(secret, raw, header)).toBe(true);
    expect(verifyWebhookSignature(secret, Buffer.from(raw.toString('utf8')), header)).toBe(false);
  });

  it('verify nothing with an empty secret', () => {
    expect(verifyWebhookSignature('', body, signWebhook('', body))).toBe(false);
  });
});

describe('webhook examples', () => {
  it('are the 329 payloads of 58 events', () => {
    const all = [...loadExamples()];
    expect(all).toHaveLength(329);
    expect(new Set(all.map(({ event }) => event)).size).toBe(58);
  });
});
