import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Clock, Logger } from '@rig/kernel';
import { githubTime } from '../core/time.js';
import type { Deps } from '../flows/deps.js';
import { createRecover } from '../flows/recover.js';
import { createCiRunner, type CiRunner } from './ci/runner.js';
import { createExclusive } from './exclusive.js';
import { createBareGit } from './git/bare-git.js';
import { registerGit } from './git-http/plugin.js';
import { registerGraphql } from './graphql/plugin.js';
import { registerErrors } from './http/errors.js';
import { registerHealth } from './http/health.js';
import { createRateLimiter } from './http/rate-limit.js';
import { registerRoutes } from './http/register-routes.js';
import { createAllRoutes } from './routes/all-routes.js';
import { pack } from './secrets.js';
import { applySeed } from './seed/apply-seed.js';
import type { Seed } from './seed/schema.js';
import { openStore, type Store } from './store.js';
import { createDeliverer, type Deliverer } from './webhooks/deliverer.js';

export interface ForgeOptions {
  /** Folder that holds everything; made if it does not exist. */
  readonly root: string;
  readonly seed: Seed;
  /** The seed's path: what the seed names is relative to it. */
  readonly seedFile: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Default: loopback. */
  readonly host?: string;
  /** Base of the URLs it hands out. Default: where it listens. */
  readonly publicUrl?: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ForgeServer {
  readonly url: string;
  /** Resolves once every webhook that waits now was tried. */
  deliveriesSettled(): Promise<void>;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const createDeps = (options: ForgeOptions, store: Store, base: string, wake: { ci(): void; hooks(): void }): Deps => {
  const exclusive = createExclusive();
  const now = (): number => options.clock.now();
  return {
    world: store.world,
    view: { world: store.world, base },
    git: createBareGit(options.root),
    logger: options.logger,
    now,
    time: () => githubTime(now()),
    guid: randomUUID,
    pack,
    exclusive: (repo, work) => exclusive(repo.id, work),
    delivered: wake.hooks,
    ciQueued: wake.ci,
  };
};

const createHttp = (deps: Deps, store: Store, options: ForgeOptions): FastifyInstance => {
  const server = Fastify({
    bodyLimit: 5 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4096 },
  });
  const limiter = createRateLimiter(options.seed.rateLimit, deps.now);
  // GitHub reads every body as JSON, whatever its type says, and takes an empty one.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(String(body)));
    } catch {
      done(Object.assign(new Error('Problems parsing JSON'), { statusCode: 400 }), undefined);
    }
  });
  // What an answer tells of is in the journal before the answer leaves.
  server.addHook('onSend', async () => store.flush());
  registerErrors(server, options.logger);
  registerHealth(server, deps.world);
  registerRoutes(server, deps, limiter, createAllRoutes(deps, limiter));
  registerGraphql(server, deps, limiter);
  registerGit(server, deps, options.root);
  return server;
};

/** Opens the folder, applies the seed, mends what a kill left half done, and serves. */
export const startForge = async (options: ForgeOptions): Promise<ForgeServer> => {
  const port = options.port === 0 ? await freePort() : options.port;
  const base = options.publicUrl ?? `http://127.0.0.1:${port}`;
  const store = openStore(join(options.root, 'state'));
  const parts: { ci?: CiRunner; deliverer?: Deliverer } = {};
  const wake = { ci: () => parts.ci?.wake(), hooks: () => parts.deliverer?.wake() };
  const deps = createDeps(options, store, base, wake);
  const deliverer = createDeliverer({ world: store.world, clock: options.clock });
  const ci = createCiRunner(deps, options.root, options.seed.ciConcurrency);
  Object.assign(parts, { ci, deliverer });
  await applySeed(deps, options.root, options.seed, dirname(options.seedFile));
  await createRecover(deps)();
  const server = createHttp(deps, store, options);
  await server.listen({ host: options.host ?? '127.0.0.1', port });
  await deliverer.start();
  await ci.start();
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await server.close();
    await ci.stop();
    await deliverer.stop();
    store.close();
  };
  return { url: base, deliveriesSettled: () => deliverer.idle(), stop: () => (stopped ??= stop()) };
};
