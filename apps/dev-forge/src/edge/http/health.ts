import type { FastifyInstance } from 'fastify';
import { Registry, Counter, Gauge } from 'prom-client';
import type { World } from '../../core/world.js';

/** `/healthz`, `/readyz` and `/metrics`, as every service of Rig has them; GitHub has none of these. */
export const registerHealth = (server: FastifyInstance, world: World): void => {
  const registry = new Registry();
  const requests = new Counter({
    name: 'dev_forge_requests_total',
    help: 'Requests by method and status.',
    labelNames: ['method', 'status'],
    registers: [registry],
  });
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('dev_forge_deliveries_pending', 'Webhook deliveries that wait to be sent.', () => {
    return world.deliveries.where((row) => row.deliveredAt === null).length;
  });
  gauge('dev_forge_ci_waiting', 'Check runs that wait or run.', () => {
    return world.checkRuns.where((row) => row.ours && row.status !== 'completed').length;
  });
  server.addHook('onResponse', async (request, reply) => {
    requests.inc({ method: request.method, status: String(reply.statusCode) });
  });
  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async () => ({ status: 'ready', parts: { store: 'ready', git: 'ready' } }));
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
};
