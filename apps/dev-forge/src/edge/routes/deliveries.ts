import { z } from 'zod';
import { found, HttpRefusal } from '../../core/errors.js';
import type { App, Delivery } from '../../core/model.js';
import { hookConfigJson } from '../../core/payloads/ping.js';
import type { Deps } from '../../flows/deps.js';
import { numberParam, ok, parseBody, plainRoute, type RouteContext, type Route } from '../http/route.js';
import { unpack } from '../secrets.js';
import { deliveryHeaders } from '../webhooks/delivery-headers.js';

const appOf = ({ actor }: RouteContext): App => {
  if (actor.kind === 'app') return actor.app;
  throw new HttpRefusal(401, 'A JSON web token could not be decoded');
};

const simple = (row: Delivery) => ({
  id: row.id,
  guid: row.guid,
  delivered_at: row.deliveredAt ?? row.createdAt,
  redelivery: row.redelivery,
  duration: row.duration,
  status: row.status,
  status_code: row.statusCode,
  event: row.event,
  action: row.action,
  installation_id: row.installationId,
  repository_id: row.repositoryId,
  throttled_at: null,
});

const full = (app: App, row: Delivery) => {
  const body = unpack(row.body);
  return {
    ...simple(row),
    url: app.hook?.url ?? '',
    request: { headers: deliveryHeaders(app, row, body), payload: JSON.parse(body) as unknown },
    response: { headers: {}, payload: row.responseBody },
  };
};

const Config = z.object({ url: z.url().optional(), secret: z.string().min(1).optional() });

/** Newest first, from a cursor downwards: GitHub pages deliveries by cursor, not by number. */
const listPage = (context: RouteContext, rows: readonly Delivery[]) => {
  const { per_page: perPage, cursor, status } = context.query;
  const size = Math.min(Math.max(Number(perPage ?? 30) || 30, 1), 100);
  const before = cursor === undefined ? Infinity : Number(/^v1_(\d+)$/.exec(cursor)?.[1] ?? 0);
  const good = (row: Delivery): boolean => row.statusCode >= 200 && row.statusCode < 400;
  const matches = rows
    .filter((row) => row.id < before && row.deliveredAt !== null)
    .filter((row) => status === undefined || good(row) === (status === 'success'))
    .sort((a, b) => b.id - a.id);
  const page = matches.slice(0, size);
  const last = page.at(-1);
  if (last === undefined || matches.length <= size) return { page, link: undefined };
  const next = new URL(context.url);
  next.searchParams.set('cursor', `v1_${last.id}`);
  return { page, link: `<${next.href}>; rel="next"` };
};

export const createDeliveryRoutes = (deps: Deps): Route[] => {
  const { world } = deps;
  const rowOf = (context: RouteContext): Delivery => {
    const row = found(world.deliveries.get(numberParam(context, 'id')));
    return found(row.appId === appOf(context).id ? row : undefined);
  };
  return [
    plainRoute('GET /app/hook/config', 'app', 'Get a webhook configuration for an app', (context) =>
      ok(hookConfigJson(appOf(context))),
    ),
    plainRoute('PATCH /app/hook/config', 'app', 'Update a webhook configuration for an app', (context) => {
      const app = appOf(context);
      const { url, secret } = parseBody(Config, context.body);
      const hook = app.hook ?? { id: world.nextId(), url: '', secret: '' };
      const changed = { ...app, hook: { ...hook, url: url ?? hook.url, secret: secret ?? hook.secret } };
      return ok(hookConfigJson(world.apps.put(changed)));
    }),
    plainRoute('GET /app/hook/deliveries', 'app', 'List deliveries for an app webhook', (context) => {
      const app = appOf(context);
      const { page, link } = listPage(
        context,
        world.deliveries.where((row) => row.appId === app.id),
      );
      return { status: 200, body: page.map(simple), ...(link === undefined ? {} : { headers: { link } }) };
    }),
    plainRoute('GET /app/hook/deliveries/:id', 'app', 'Get a delivery for an app webhook', (context) =>
      ok(full(appOf(context), rowOf(context))),
    ),
    plainRoute(
      'POST /app/hook/deliveries/:id/attempts',
      'app',
      'Redeliver a delivery for an app webhook',
      (context) => {
        const row = rowOf(context);
        // A redelivery is a delivery of its own under the same GUID.
        const again = { deliveredAt: null, duration: 0, status: 'pending', statusCode: 0, responseBody: '' };
        world.deliveries.put({ ...row, ...again, id: world.nextId(), redelivery: true, createdAt: deps.time() });
        deps.delivered();
        return { status: 202, body: {} };
      },
    ),
  ];
};
