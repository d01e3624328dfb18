import type { CollaboratorRole, Repo, Review } from './model.js';
import { canPush } from './permissions.js';
import { loginKey, type World } from './world.js';

/** A person's role in a repository; the owner and site administrators are its admins. */
export const roleOf = (world: World, repo: Repo, login: string): CollaboratorRole | undefined => {
  const user = world.users.get(loginKey(login));
  if (user === undefined || user.type !== 'User') return undefined;
  if (user.siteAdmin || loginKey(repo.owner) === loginKey(login)) return 'admin';
  const entry = Object.entries(repo.collaborators).find(([name]) => loginKey(name) === loginKey(login));
  return entry?.[1] ?? (repo.private ? undefined : 'read');
};

/** Submitted reviews whose opinion counts: those of people without write access do not. */
export const countedReviews = (world: World, repo: Repo, number: number): Review[] =>
  world.reviews
    .where((row) => row.repoId === repo.id && row.number === number && row.state !== 'PENDING')
    .filter(({ author }) => {
      const isPerson = world.users.get(loginKey(author))?.type === 'User';
      return !isPerson || canPush(roleOf(world, repo, author));
    });
