import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import { z } from 'zod';

const Headers = z.object({
  'x-github-event': z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, 'an event name such as issues'),
  'x-github-delivery': z.string().regex(/^[A-Za-z0-9-]{1,72}$/, 'a delivery GUID'),
  'content-encoding': z.literal('identity').optional(),
});

export interface DeliveryHeaders {
  readonly event: string;
  readonly guid: string;
}

/** The headers a delivery must have; the refusal names the one that is wrong. */
export const parseDeliveryHeaders = (headers: unknown): Result<DeliveryHeaders, Refusal & { field: string }> => {
  const parsed = Headers.safeParse(headers);
  if (parsed.success) {
    return accept({ event: parsed.data['x-github-event'], guid: parsed.data['x-github-delivery'] });
  }
  const field = parsed.error.issues[0]?.path.join('.') ?? 'headers';
  return refuse({
    code: field === 'content-encoding' ? 'ENCODING_NOT_SUPPORTED' : 'HEADER_INVALID',
    message: `header ${field}: ${parsed.error.issues[0]?.message ?? 'invalid'}`,
    fix: 'Send the headers as GitHub does, and the body as it is.',
    field,
  });
};
