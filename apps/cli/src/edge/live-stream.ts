import { RigError } from '@rig/kernel';
import { feedSse } from '../core/sse-parser.js';

/** Milliseconds without a byte after which a live connection counts as dead. */
const SILENCE_MS = 20_000;

/** The conductor's live stream: the data of each message, until the connection ends or goes silent. */
export async function* readLive(
  url: string,
  token: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), SILENCE_MS);
  const ended = AbortSignal.any([signal, silent.signal]);
  try {
    const response = await fetch(`${url}/api/live?after=${after}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
      signal: ended,
    });
    if (!response.ok || response.body === null) {
      throw new RigError({
        code: 'LIVE_REFUSED',
        kind: 'retryable',
        message: `the live stream answered ${response.status}`,
      });
    }
    const decoder = new TextDecoder();
    const body: AsyncIterable<Uint8Array> = response.body;
    let rest = '';
    for await (const bytes of body) {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE_MS);
      const fed = feedSse(rest, decoder.decode(bytes, { stream: true }));
      rest = fed.rest;
      for (const message of fed.messages) yield message.data;
    }
  } finally {
    clearTimeout(timer);
  }
}
