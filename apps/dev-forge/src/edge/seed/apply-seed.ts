import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { RigError } from '@rig/kernel';
import type { App, Protection, Repo, User } from '../../core/model.js';
import { pingJson } from '../../core/payloads/ping.js';
import { noReply, userJson } from '../../core/payloads/user.js';
import { rolePermissions } from '../../core/permissions.js';
import { botLogin, labelKey, loginKey, repoKey } from '../../core/world.js';
import type { Deps } from '../../flows/deps.js';
import { storeDelivery } from '../../flows/emit-event.js';
import { forgeSignature } from '../../flows/merge-pull.js';
import { ciApp } from '../../flows/queue-ci.js';
import { ensureLabels } from '../../flows/set-labels.js';
import { createRepository, hooksDir, writeHooks } from '../git/create-repository.js';
import { repoDir } from '../git/bare-git.js';
import { hashToken } from '../secrets.js';
import type { Seed, SeedApp, SeedRepository } from './schema.js';

const putUser = (deps: Deps, login: string, type: User['type'], extra: Partial<User> = {}): User => {
  const known = deps.world.users.get(loginKey(login));
  const id = known?.id ?? deps.world.nextId();
  const blank = { name: login, email: noReply(id, login), siteAdmin: false, tokenHash: null };
  return deps.world.users.put({ ...blank, ...known, ...extra, id, login, type });
};

/** The public half of an App's key; a private key file that does not exist yet is made. */
const publicKeyOf = async (app: SeedApp, folder: string): Promise<string> => {
  const file = app.privateKeyFile ?? app.publicKeyFile;
  if (file === undefined) {
    throw new RigError({
      code: 'SEED_INVALID',
      kind: 'terminal',
      message: `the App ${app.slug} has no key`,
      fix: 'give it privateKeyFile or publicKeyFile',
    });
  }
  const path = resolve(folder, file);
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there && app.privateKeyFile !== undefined) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  return createPublicKey(await readFile(path, 'utf8'))
    .export({ type: 'spki', format: 'pem' })
    .toString();
};

const putApp = async (deps: Deps, seed: Seed, app: SeedApp, folder: string): Promise<App> => {
  const { world } = deps;
  const known = world.apps.get(app.id);
  const webhook = app.webhook ?? (app.role === 'conductor' ? seed.webhook : undefined);
  const hook = webhook === undefined ? null : { id: known?.hook?.id ?? world.nextId(), ...webhook };
  putUser(deps, botLogin(app.slug), 'Bot');
  const row = world.apps.put({
    id: app.id,
    slug: app.slug,
    name: app.name ?? app.slug,
    clientId: `Iv1.devforge${app.id}`,
    publicKeyPem: await publicKeyOf(app, folder),
    permissions: app.permissions ?? rolePermissions(app.role),
    events: app.events,
    hook,
    createdAt: known?.createdAt ?? deps.time(),
  });
  // A new webhook is greeted once, as on GitHub.
  if (row.hook !== null && (known?.hook ?? null) === null) {
    const payload = { ...pingJson(deps.view, row), sender: userJson(deps.view, botLogin(row.slug)) };
    storeDelivery(deps, row, { event: 'ping', action: null, installation: null, repositoryId: null }, payload);
  }
  return row;
};

const putCiApp = (deps: Deps): void => {
  putUser(deps, botLogin(ciApp.slug), 'Bot');
  if (deps.world.apps.get(ciApp.id) !== undefined) return;
  deps.world.apps.put({
    ...ciApp,
    clientId: `Iv1.devforge${ciApp.id}`,
    publicKeyPem: '',
    permissions: { checks: 'write', contents: 'read', metadata: 'read' },
    events: [],
    hook: null,
    createdAt: deps.time(),
  });
};

const settings = (
  deps: Deps,
  input: SeedRepository,
  known: Repo | undefined,
): Pick<Repo, 'ci' | 'collaborators'> & Pick<Repo, 'protections' | 'rulesets'> => {
  const protections: Record<string, Protection> = { ...known?.protections };
  if (input.protection !== undefined) protections[input.defaultBranch] = input.protection;
  const rulesets = input.rulesets.map(({ name, branches, ...protection }) => ({
    id: known?.rulesets.find((row) => row.name === name)?.id ?? deps.world.nextId(),
    name,
    branches,
    protection,
  }));
  const collaborators = { ...known?.collaborators, ...input.collaborators };
  return { ci: input.ci ?? null, collaborators, protections, rulesets };
};

const putRepository = async (deps: Deps, root: string, folder: string, input: SeedRepository): Promise<void> => {
  const { world } = deps;
  const [owner = '', name = ''] = input.name.split('/');
  if (world.users.get(loginKey(owner)) === undefined) putUser(deps, owner, 'Organization');
  const known = world.repos.get(repoKey(owner, name));
  const time = deps.time();
  const row: Repo = {
    id: known?.id ?? world.nextId(),
    owner,
    name,
    description: input.description ?? null,
    private: input.private,
    defaultBranch: input.defaultBranch,
    ...settings(deps, input, known),
    nextNumber: known?.nextNumber ?? 1,
    createdAt: known?.createdAt ?? time,
    updatedAt: known?.updatedAt ?? time,
    pushedAt: known?.pushedAt ?? time,
  };
  await createRepository({
    dir: repoDir(root, row),
    hooks: hooksDir(root),
    branch: input.defaultBranch,
    template: input.template === undefined ? undefined : resolve(folder, input.template),
    extraFiles: input.codeowners === undefined ? {} : { '.github/CODEOWNERS': input.codeowners },
    author: forgeSignature,
  });
  world.repos.put(row);
  ensureLabels(deps, row, input.labels);
  for (const label of input.labels) {
    const known = world.labels.get(labelKey(row.id, label));
    if (known !== undefined && known.color === 'ededed') world.labels.put({ ...known, color: '0e8a16' });
  }
};

const installEverywhere = (deps: Deps, apps: readonly App[]): void => {
  const owners = new Set([...deps.world.repos.all()].map((repo) => repo.owner));
  for (const app of apps) {
    for (const owner of owners) {
      const there = deps.world.installations.where(
        (row) => row.appId === app.id && loginKey(row.owner) === loginKey(owner),
      );
      if (there.length > 0) continue;
      deps.world.installations.put({ id: deps.world.nextId(), appId: app.id, owner, createdAt: deps.time() });
    }
  }
};

/**
 * Brings the forge in line with its seed: users, Apps and settings are taken over at every start, repositories are
 * made if they are not there. Nothing that the seed does not name is touched.
 */
export const applySeed = async (deps: Deps, root: string, seed: Seed, folder: string): Promise<void> => {
  await writeHooks(root);
  for (const { login, name, email, token, siteAdmin } of seed.users) {
    putUser(deps, login, 'User', {
      siteAdmin,
      ...(name === undefined ? {} : { name }),
      ...(email === undefined ? {} : { email }),
      tokenHash: token === undefined ? null : hashToken(token),
    });
  }
  putCiApp(deps);
  const apps: App[] = [];
  for (const app of seed.apps) apps.push(await putApp(deps, seed, app, folder));
  for (const repository of seed.repositories) await putRepository(deps, root, folder, repository);
  installEverywhere(deps, apps);
};
