import type { App, Installation } from '../core/model.js';
import { repositoryJson } from '../core/payloads/repository.js';
import { installationRef, organizationJson, userJson } from '../core/payloads/user.js';
import type { Json } from '../core/payloads/view.js';
import { installationsOn, loginKey } from '../core/world.js';
import type { Deps, EventInput } from './deps.js';

export const subscribes = (app: App, event: string): boolean =>
  app.hook !== null && (app.events.includes('*') || app.events.includes(event));

/** Stores one delivery; the deliverer sends it in the order of ids. */
export const storeDelivery = (
  deps: Deps,
  app: App,
  input: { event: string; action: string | null; installation: Installation | null; repositoryId: number | null },
  payload: Json,
): void => {
  deps.world.deliveries.put({
    id: deps.world.nextId(),
    appId: app.id,
    guid: deps.guid(),
    event: input.event,
    action: input.action,
    installationId: input.installation?.id ?? null,
    repositoryId: input.repositoryId,
    redelivery: false,
    body: deps.pack(JSON.stringify(payload)),
    createdAt: deps.time(),
    deliveredAt: null,
    duration: 0,
    status: 'pending',
    statusCode: 0,
    responseBody: '',
  });
  deps.delivered();
};

/** Tells every App that is installed on the repository and subscribes to the event. */
export const emitEvent = (deps: Deps, { repo, event, action, sender, parts }: EventInput): void => {
  const { world, view } = deps;
  const listeners = installationsOn(world, repo).flatMap((installation) => {
    const app = world.apps.get(installation.appId);
    return app !== undefined && subscribes(app, event) ? [{ app, installation }] : [];
  });
  if (listeners.length === 0) return;
  const owner = world.users.get(loginKey(repo.owner));
  const common: Json = {
    ...(action === undefined ? {} : { action }),
    ...parts,
    repository: parts['repository'] ?? repositoryJson(view, repo),
    ...(owner?.type === 'Organization' ? { organization: organizationJson(view, owner) } : {}),
    sender: userJson(view, sender),
  };
  for (const { app, installation } of listeners) {
    const payload = { ...common, installation: installationRef(installation) };
    storeDelivery(deps, app, { event, action: action ?? null, installation, repositoryId: repo.id }, payload);
  }
};
