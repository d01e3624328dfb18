import { z } from 'zod';
import type { DoorAnswer, RecordedDelivery } from '../../flows/faults/world-parts.js';

/** A forge waits 10 s for an answer; so does the suite, and a little longer. */
const ANSWER_MS = 12_000;

const Said = z.looseObject({ id: z.string().optional(), code: z.string().optional() }).catch({});

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Sends, and answers also where the connection is cut in the middle. */
export const knock = async (url: string, init: RequestInit): Promise<DoorAnswer & { readonly body: unknown }> => {
  const began = performance.now();
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
    const body = parse(await response.text());
    const { id = '', code = '' } = Said.parse(body);
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, id, code, retryAfter, body, ms: performance.now() - began };
  } catch {
    return { status: 0, id: '', code: '', retryAfter: null, body: undefined, ms: performance.now() - began };
  }
};

export const webhookHeaders = ({ event, guid }: RecordedDelivery): Record<string, string> => ({
  'content-type': 'application/json',
  'user-agent': 'GitHub-Hookshot/rig-faults',
  'x-github-event': event,
  'x-github-delivery': guid,
});
