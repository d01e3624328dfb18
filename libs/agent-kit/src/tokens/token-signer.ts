import { RigError, isoTime, uuidv7, type Clock } from '@rig/kernel';
import { SignJWT, importPKCS8 } from 'jose';
import { TOKEN_ALGORITHM, TOKEN_ISSUER, TokenScope, TokenSubject } from './claims.js';

export interface SignRequest {
  /** An agent's id, or `operator`. */
  readonly subject: string;
  /** One scope, or several. */
  readonly scope: TokenScope | readonly TokenScope[];
  /** Milliseconds the token is good for; at least 1000 (tokens count in whole seconds). */
  readonly ttlMs: number;
}

export interface SignedToken {
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export interface TokenSigner {
  sign(request: SignRequest): Promise<SignedToken>;
}

/** Signs Rig's tokens with an Ed25519 key (PKCS #8 PEM). An unusable key or request is a terminal `RigError`. */
export const createTokenSigner = (options: { readonly privateKeyPem: string; readonly clock: Clock }): TokenSigner => {
  const key = importPKCS8(options.privateKeyPem, TOKEN_ALGORITHM);
  key.catch(() => undefined);

  const usableKey = async (): ReturnType<typeof importPKCS8> => {
    try {
      return await key;
    } catch (cause) {
      throw new RigError({
        code: 'SIGNING_KEY_INVALID',
        kind: 'terminal',
        message: 'the private key for tokens is not an Ed25519 key in PKCS #8 PEM form',
        fix: 'make a new pair, and give agents.private.pem to the conductor alone',
        cause,
      });
    }
  };

  return {
    sign: async ({ subject, scope, ttlMs }) => {
      const sub = TokenSubject.safeParse(subject);
      const scopes = TokenScope.array().min(1).safeParse([scope].flat());
      if (!sub.success || !scopes.success || !(ttlMs >= 1000)) {
        throw new RigError({
          code: 'TOKEN_REQUEST_INVALID',
          kind: 'terminal',
          message: `cannot sign a token for "${subject}" with scope "${String(scope)}" and ${ttlMs} ms`,
          fix: 'give an agent id or "operator", scopes out of work, enrol, operator, and at least 1000 ms',
        });
      }
      const now = options.clock.now();
      const issued = Math.floor(now / 1000);
      const expires = Math.floor((now + ttlMs) / 1000);
      const token = await new SignJWT({ scope: scopes.data.join(' ') })
        .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: 'JWT' })
        .setIssuer(TOKEN_ISSUER)
        .setSubject(sub.data)
        .setJti(uuidv7(now))
        .setIssuedAt(issued)
        .setExpirationTime(expires)
        .sign(await usableKey());
      return { token, expiresAt: isoTime(expires * 1000) };
    },
  };
};
