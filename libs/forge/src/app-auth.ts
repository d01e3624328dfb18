import { createAppAuth } from '@octokit/auth-app';
import { createPrivateKey } from 'node:crypto';
import { RigError } from '@rig/kernel';
import { z } from 'zod';
import { hasCode } from './errors.js';
import { createKeep } from './keep.js';
import { repoParts } from './repo-parts.js';
import type { Credentials, Transport } from './transport.js';

/** A GitHub App: its id (or client id) and its private key as PEM. */
export interface AppIdentity {
  readonly appId: string | number;
  readonly privateKey: string;
}

export type Permissions = Readonly<Record<string, 'read' | 'write'>>;

export interface InstallationToken {
  readonly token: string;
  /** ISO time. */
  readonly expiresAt: string;
}

/** What a token is asked for: `needed` always, `welcome` only as far as the installation grants it. */
export interface Wanted {
  readonly needed: Permissions;
  readonly welcome: Permissions;
}

export interface AppAuth {
  /** As the App itself: for its own settings and installations. */
  readonly asApp: Credentials;
  /** As the App on one repository; the token is kept and renewed five minutes before it ends. */
  onRepository(repo: string, wanted: Wanted): Promise<Credentials>;
  /** As the App on one whole installation, to read names only. */
  onInstallation(id: number): Credentials;
  /** A token of its own for one repository, never kept, so that revoking it ends nobody else's work. */
  freshToken(repo: string, wanted: Wanted): Promise<InstallationToken>;
  /** The login under which the App acts, e.g. `rig-author[bot]`. */
  login(): Promise<string>;
}

const App = z.object({ slug: z.string().min(1) });
const Installation = z.object({ id: z.int(), permissions: z.record(z.string(), z.string()).optional() });
type Installation = z.infer<typeof Installation>;
const Token = z.object({ token: z.string().min(1), expires_at: z.iso.datetime({ offset: true }) });

/** A token is replaced this long before it ends, so that a call begun with it can finish. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** An App may be taken off a repository and put back under another installation. */
const INSTALLATION_TTL_MS = 10 * 60_000;
const LEVELS = ['read', 'write', 'admin'];

const checkedKey = ({ appId, privateKey }: AppIdentity): string => {
  const pem = privateKey.replaceAll('\\n', '\n').trim();
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'rsa') return pem;
  } catch {
    // The reason may quote the key; the error below says enough.
  }
  throw new RigError({
    code: 'FORGE_APP_KEY_INVALID',
    kind: 'terminal',
    message: `The private key of App ${appId} is not an RSA key in PEM form`,
    fix: "Download a private key in the App's settings and name its file in GITHUB_…_PRIVATE_KEY_FILE",
  });
};

const notInstalled = (repo: string, appId: string | number): RigError =>
  new RigError({
    code: 'FORGE_NOT_INSTALLED',
    kind: 'terminal',
    message: `App ${appId} is not installed on ${repo}`,
    fix: `Install the App on ${repo}, or take the repository out of rig.policy.yaml`,
    details: { repo },
  });

const granted = ({ needed, welcome }: Wanted, { permissions }: Installation): Permissions => {
  const allowed = Object.entries(welcome).filter(
    ([name, level]) => LEVELS.indexOf(permissions?.[name] ?? '') >= LEVELS.indexOf(level),
  );
  return { ...needed, ...Object.fromEntries(allowed) };
};

interface Found {
  readonly installation: Installation;
  readonly at: number;
}

/** The calls that a JWT makes: where the App is installed, and tokens. */
const createAppCalls = (transport: Transport, app: AppIdentity, asApp: Credentials) => {
  const { clock } = transport.connection;
  const kept = createKeep<Found>(({ at }) => clock.now() - at < INSTALLATION_TTL_MS);

  const lookUp = async (repo: string): Promise<Found> => {
    try {
      const route = '/repos/{owner}/{repo}/installation';
      const call = { credentials: asApp, method: 'GET', route, params: repoParts(repo), schema: Installation } as const;
      return { installation: (await transport.send(call)).value, at: clock.now() };
    } catch (error) {
      throw hasCode(error, 'FORGE_NOT_FOUND') ? notInstalled(repo, app.appId) : error;
    }
  };
  const installation = async (repo: string): Promise<Installation> =>
    (await kept.get(repo.toLowerCase(), () => lookUp(repo))).installation;

  const mint = async (id: number, body: Readonly<Record<string, unknown>>): Promise<InstallationToken> => {
    const { value } = await transport.send({
      credentials: asApp,
      method: 'POST',
      route: '/app/installations/{installation_id}/access_tokens',
      params: { installation_id: id, ...body },
      schema: Token,
    });
    return { token: value.token, expiresAt: new Date(value.expires_at).toISOString() };
  };
  const mintFor = async (repo: string, wanted: Wanted): Promise<InstallationToken> => {
    const found = await installation(repo);
    try {
      return await mint(found.id, { repositories: [repoParts(repo).repo], permissions: granted(wanted, found) });
    } catch (error) {
      // The installation may have changed since it was looked up.
      kept.forget(repo.toLowerCase());
      throw error;
    }
  };
  return { installation, mint, mintFor };
};

/** Acts as a GitHub App: JWT → installation → token for one repository. There is no personal-token fallback. */
export const createAppIdentity = (transport: Transport, app: AppIdentity): AppAuth => {
  const { clock } = transport.connection;
  const sign = createAppAuth({ appId: app.appId, privateKey: checkedKey(app) });
  const asApp: Credentials = {
    identity: `app:${app.appId}`,
    authorization: async () => `Bearer ${(await sign({ type: 'app' })).token}`,
  };
  const calls = createAppCalls(transport, app, asApp);
  const logins = createKeep<string>(() => true);
  const tokens = createKeep<InstallationToken>(
    ({ expiresAt }) => Date.parse(expiresAt) - clock.now() > RENEW_BEFORE_MS,
  );
  // The rate budget belongs to the installation, so that is the identity; kept answers are per address anyway.
  const keptToken = (key: string, installation: number, ask: () => Promise<InstallationToken>): Credentials => ({
    identity: `app:${app.appId}/installation:${installation}`,
    authorization: async () => `token ${(await tokens.get(key, ask)).token}`,
    renew: () => tokens.forget(key),
  });

  return {
    asApp,
    onRepository: async (repo, wanted) => {
      const { id } = await calls.installation(repo);
      return keptToken(repo.toLowerCase(), id, () => calls.mintFor(repo, wanted));
    },
    onInstallation: (id) => keptToken(`#${id}`, id, () => calls.mint(id, { permissions: { metadata: 'read' } })),
    freshToken: calls.mintFor,
    login: () =>
      logins.get('login', async () => {
        const call = { credentials: asApp, method: 'GET', route: '/app', schema: App } as const;
        return `${(await transport.send(call)).value.slug}[bot]`;
      }),
  };
};
