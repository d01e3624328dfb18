import { Ignored } from './api.js';
import { createAppIdentity, type AppIdentity, type Wanted } from './app-auth.js';
import { hasCode } from './errors.js';
import type { TokenMinter } from './forge.js';
import { connectionOf, type ConnectionOptions } from './options.js';
import { createTransport } from './transport.js';

export interface TokenMinterOptions extends ConnectionOptions {
  readonly apps: { readonly author: AppIdentity; readonly reviewer: AppIdentity };
}

/**
 * The least each role can work with. Resolving a review thread, and an approval that counts for branch protection,
 * need write on contents at GitHub: the reviewer gets it only where its installation was granted it.
 */
const wanted: Readonly<Record<'author' | 'reviewer', Wanted>> = {
  author: { needed: { metadata: 'read', contents: 'write', pull_requests: 'write' }, welcome: {} },
  reviewer: {
    needed: { metadata: 'read', contents: 'read', pull_requests: 'write' },
    welcome: { contents: 'write' },
  },
};

/**
 * Tokens for tasks, from the App of the task's role. Every call mints a new one, so that revoking it at the end of an
 * attempt touches no other. The forge fixes the lifetime (an hour); nothing here widens it.
 * @throws RigError FORGE_NOT_INSTALLED (terminal), FORGE_REFUSED if the App lacks a permission, other FORGE_ codes
 */
export const createTokenMinter = (options: TokenMinterOptions): TokenMinter => {
  const transport = createTransport(connectionOf(options));
  const roles = {
    author: createAppIdentity(transport, options.apps.author),
    reviewer: createAppIdentity(transport, options.apps.reviewer),
  };
  return {
    login: (role) => roles[role].login(),
    mint: async (repo, role) => {
      const [token, login] = await Promise.all([roles[role].freshToken(repo, wanted[role]), roles[role].login()]);
      return { ...token, login };
    },
    revoke: async (token) => {
      const credentials = { identity: 'revoked', authorization: async () => `token ${token}` };
      try {
        await transport.send({ credentials, method: 'DELETE', route: '/installation/token', schema: Ignored });
      } catch (error) {
        // It has ended already, which is what was wanted.
        if (!hasCode(error, 'FORGE_UNAUTHORIZED')) throw error;
      }
    },
  };
};
