import { createServer } from 'node:net';

/**
 * A loopback TCP port that was free a moment ago. Someone else may take it before it is used,
 * so whoever uses it must be ready to ask for another one.
 */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
