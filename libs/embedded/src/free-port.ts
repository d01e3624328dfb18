import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere): a server that is
 * started again must not find its port held by somebody's connection.
 */
const FIRST = 20_000;
const BEHIND_LAST = 32_000;
const TRIES = 50;

/** The port that could be listened on, 0 for any; undefined where it could not. */
const tryPort = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ host: '127.0.0.1', port }, () => {
      const address = probe.address();
      const found = address !== null && typeof address === 'object' ? address.port : 0;
      probe.close(() => resolve(found));
    });
  });

/**
 * A loopback TCP port that was free a moment ago. Someone else may take it before it is used,
 * so whoever uses it must be ready to ask for another one.
 */
export const freePort = async (): Promise<number> => {
  for (let n = 0; n < TRIES; n++) {
    const found = await tryPort(randomInt(FIRST, BEHIND_LAST));
    if (found !== undefined) return found;
  }
  return (await tryPort(0)) ?? 0;
};
