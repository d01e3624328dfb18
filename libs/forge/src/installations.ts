import { z } from 'zod';
import { listAll } from './api.js';
import type { AppAuth } from './app-auth.js';
import type { Transport } from './transport.js';

const Installations = z.array(z.object({ id: z.int(), suspended_at: z.string().nullish() }));
const Repositories = z
  .object({ repositories: z.array(z.object({ full_name: z.string() })) })
  .transform((page) => page.repositories.map((repository) => repository.full_name));

/** owner/name of every repository that the App is installed on, sorted; suspended installations are left out. */
export const readRepositories = async (transport: Transport, auth: AppAuth): Promise<readonly string[]> => {
  const call = { credentials: auth.asApp, route: '/app/installations', schema: Installations };
  const installations = await listAll(transport, call);
  const active = installations.filter(({ suspended_at: suspended }) => (suspended ?? '') === '');
  const names = await Promise.all(
    active.map(({ id }) =>
      listAll(transport, {
        credentials: auth.onInstallation(id),
        route: '/installation/repositories',
        schema: Repositories,
      }),
    ),
  );
  return [...new Set(names.flat())].sort();
};
