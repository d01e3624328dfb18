import { RigError } from '@rig/kernel';

/** Reads a response's text, and gives up beyond `maxBytes` without reading the rest. */
export const readBounded = async (response: Response, maxBytes: number): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body = (response.body ?? []) as AsyncIterable<Uint8Array>;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new RigError({
        code: 'ANSWER_TOO_LARGE',
        kind: 'terminal',
        message: `the answer is larger than ${maxBytes} bytes`,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};
