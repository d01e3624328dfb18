import { z } from 'zod';
import type { RepoApi } from './api.js';

const Permission = z.enum(['admin', 'maintain', 'write', 'triage', 'read', 'none']);
export type Permission = z.infer<typeof Permission>;

const Answer = z.object({ permission: z.string(), role_name: z.string().optional() });

/** A person's permission; a role of the organisation's own making counts as the basic one that it builds on. */
export const readPermission = async (api: RepoApi, login: string): Promise<Permission> => {
  const found = await api.find('/collaborators/{login}/permission', Answer, { login });
  return Permission.safeParse(found?.role_name).data ?? Permission.safeParse(found?.permission).data ?? 'none';
};
