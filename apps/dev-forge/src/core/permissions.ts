import type { CollaboratorRole, Level, Permissions } from './model.js';

const rank: Readonly<Record<Level, number>> = { read: 1, write: 2, admin: 3 };

/** Whether a granted set of permissions reaches a level. `metadata: read` comes with every token. */
export const allows = (granted: Permissions, name: string, level: Level): boolean => {
  const has = granted[name] ?? (name === 'metadata' ? 'read' : undefined);
  return has !== undefined && rank[has] >= rank[level];
};

/** Whether `asked` stays within `granted`, as an installation token's permissions must. */
export const within = (asked: Permissions, granted: Permissions): boolean =>
  Object.entries(asked).every(([name, level]) => allows(granted, name, level));

const roleRank: Readonly<Record<CollaboratorRole, number>> = { read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };

/** What a person's role in a repository lets them do. */
export const roleAllows = (role: CollaboratorRole | undefined, name: string, level: Level): boolean => {
  if (role === undefined) return false;
  if (level === 'read') return true;
  if (name === 'administration') return role === 'admin';
  if (name === 'contents' || name === 'checks' || name === 'statuses') return roleRank[role] >= roleRank.write;
  // Opening and commenting is open to everyone who can read; finer rules are the flows'.
  return true;
};

export const canPush = (role: CollaboratorRole | undefined): boolean =>
  role !== undefined && roleRank[role] >= roleRank.write;

export const canTriage = (role: CollaboratorRole | undefined): boolean =>
  role !== undefined && roleRank[role] >= roleRank.triage;

/** `permission` of the collaborator endpoint knows four words only; `role_name` knows all. */
export const legacyPermission = (role: CollaboratorRole | undefined): 'admin' | 'write' | 'read' | 'none' => {
  if (role === undefined) return 'none';
  if (role === 'admin') return 'admin';
  return role === 'write' || role === 'maintain' ? 'write' : 'read';
};

const write = (...names: string[]): Record<string, Level> => Object.fromEntries(names.map((name) => [name, 'write']));
const read = (...names: string[]): Record<string, Level> => Object.fromEntries(names.map((name) => [name, 'read']));

/** What an App of each role asks for when the seed does not say. */
export const rolePermissions = (role: string | undefined): Permissions => {
  if (role === 'author') {
    return { ...read('metadata', 'checks', 'statuses'), ...write('contents', 'issues', 'pull_requests') };
  }
  if (role === 'reviewer') {
    return { ...read('metadata', 'contents', 'checks', 'statuses'), ...write('issues', 'pull_requests') };
  }
  return {
    ...read('metadata', 'administration'),
    ...write('contents', 'issues', 'pull_requests', 'checks', 'statuses'),
  };
};
