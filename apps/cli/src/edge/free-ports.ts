import { createServer, type Server } from 'node:net';
import { freePort } from '@rig/embedded';

const listen = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });

const TRIES = 5;

const hold = async (wanted: number | undefined): Promise<Server | undefined> => {
  let server = wanted === undefined ? undefined : await listen(wanted);
  for (let n = 0; server === undefined && n < TRIES; n++) server = await listen(await freePort());
  return server;
};

/**
 * One free loopback port for each name: the wanted one if it is free, so that addresses stay the same from run to run,
 * or another. All are held until all are found: no two are alike.
 */
export const choosePorts = async (
  names: readonly string[],
  wanted: Readonly<Record<string, number>>,
): Promise<Record<string, number>> => {
  const held: Server[] = [];
  const ports: Record<string, number> = {};
  for (const name of names) {
    const server = await hold(wanted[name]);
    const address = server?.address();
    if (server === undefined || address === null || typeof address !== 'object') continue;
    held.push(server);
    ports[name] = address.port;
  }
  await Promise.all(held.map(close));
  return ports;
};
