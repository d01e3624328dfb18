import type { App, Delivery } from '../../core/model.js';
import { hmac } from '../secrets.js';

/** The headers that GitHub sends with a webhook. The signatures cover the body's bytes only. */
export const deliveryHeaders = (app: App, row: Delivery, body: string): Record<string, string> => ({
  accept: '*/*',
  'content-type': 'application/json',
  'user-agent': 'GitHub-Hookshot/dev-forge',
  'x-github-delivery': row.guid,
  'x-github-event': row.event,
  'x-github-hook-id': String(app.hook?.id ?? 0),
  'x-github-hook-installation-target-id': String(app.id),
  'x-github-hook-installation-target-type': 'integration',
  'x-hub-signature': hmac('sha1', app.hook?.secret ?? '', body),
  'x-hub-signature-256': hmac('sha256', app.hook?.secret ?? '', body),
});
