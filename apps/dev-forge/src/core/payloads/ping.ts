import type { App } from '../model.js';
import type { Json, View } from './view.js';

/** The first event that a new webhook gets. */
export const pingJson = (view: View, app: App): Json => ({
  zen: 'Approachable is better than simple.',
  hook_id: app.hook?.id ?? 0,
  hook: {
    type: 'App',
    id: app.hook?.id ?? 0,
    name: 'web',
    active: true,
    events: app.events,
    config: hookConfigJson(app),
    updated_at: app.createdAt,
    created_at: app.createdAt,
    app_id: app.id,
    deliveries_url: `${view.base}/app/hook/deliveries`,
  },
});

/** The webhook's configuration, its secret hidden. */
export const hookConfigJson = (app: App): Json => ({
  content_type: 'json',
  insecure_ssl: '0',
  ...(app.hook === null ? {} : { url: app.hook.url, secret: '********' }),
});
