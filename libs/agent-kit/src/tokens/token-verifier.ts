import { RigError, accept, refuse, type Clock, type Refusal, type Result } from '@rig/kernel';
import { errors, importSPKI, jwtVerify } from 'jose';
import { TOKEN_ALGORITHM, TOKEN_ISSUER, TokenClaims, type TokenScope } from './claims.js';

export interface VerifiedToken {
  /** An agent's id, or `operator`. */
  readonly subject: string;
  readonly scopes: readonly TokenScope[];
  readonly tokenId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface TokenVerifier {
  /** Refuses with `TOKEN_EXPIRED` or `TOKEN_INVALID`; the message never repeats the token. */
  verify(token: string): Promise<Result<VerifiedToken, Refusal>>;
}

/** Longer than any token Rig signs; what is longer is not looked at. */
const MAX_TOKEN_CHARS = 4096;

const invalid = refuse<Refusal>({
  code: 'TOKEN_INVALID',
  message: 'the token was not signed by this rig',
  fix: 'get one from this rig: rig token issue',
});

const expired = refuse<Refusal>({
  code: 'TOKEN_EXPIRED',
  message: 'the token is past its expiry',
  fix: 'get a new one (rig token issue); check the clock of this machine if it was just made',
});

/** Tokens remembered at most: each agent has one or two at a time, and each is some 500 characters long. */
const MAX_KNOWN = 5_000;

/**
 * Tokens whose signature was checked before, by their whole text: an agent shows the same one with every request, and
 * checking a signature takes longer than most requests. They belong to one verifier and so to one key, and none is
 * remembered past its expiry: then it is checked like any other, and refused.
 */
const createKnownTokens = (clock: Clock) => {
  let tokens = new Map<string, VerifiedToken>();
  return {
    get: (token: string): VerifiedToken | undefined => {
      const known = tokens.get(token);
      if (known === undefined || known.expiresAt > clock.now()) return known;
      tokens.delete(token);
      return undefined;
    },
    add: (token: string, verified: VerifiedToken): void => {
      if (tokens.size >= MAX_KNOWN) tokens = new Map();
      tokens.set(token, verified);
    },
  };
};

/** Checks tokens with the signer's public key (SPKI PEM): algorithm pinned to EdDSA, issuer, expiry and claims. */
export const createTokenVerifier = (options: {
  readonly publicKeyPem: string;
  readonly clock: Clock;
}): TokenVerifier => {
  const key = importSPKI(options.publicKeyPem, TOKEN_ALGORITHM);
  key.catch(() => undefined);

  const check = async (token: string): Promise<Result<VerifiedToken, Refusal>> => {
    const usableKey = await key.catch((cause: unknown) => {
      throw new RigError({
        code: 'VERIFY_KEY_INVALID',
        kind: 'terminal',
        message: 'the public key for tokens is not an Ed25519 key in SPKI PEM form',
        fix: 'copy agents.public.pem from the conductor',
        cause,
      });
    });
    const { payload } = await jwtVerify(token, usableKey, {
      algorithms: [TOKEN_ALGORITHM],
      issuer: TOKEN_ISSUER,
      requiredClaims: ['sub', 'scope', 'iat', 'exp', 'jti'],
      currentDate: new Date(options.clock.now()),
      clockTolerance: 0,
    });
    const claims = TokenClaims.safeParse(payload);
    if (!claims.success) return invalid;
    const { sub, scope, jti, exp } = claims.data;
    return accept({ subject: sub, scopes: scope, tokenId: jti, expiresAt: exp * 1000 });
  };

  const known = createKnownTokens(options.clock);
  return {
    verify: async (token) => {
      if (token.length === 0 || token.length > MAX_TOKEN_CHARS) return invalid;
      const seen = known.get(token);
      if (seen !== undefined) return accept(seen);
      try {
        const checked = await check(token);
        if (checked.ok) known.add(token, checked.value);
        return checked;
      } catch (error) {
        if (error instanceof errors.JWTExpired) return expired;
        if (error instanceof errors.JOSEError) return invalid;
        throw error;
      }
    },
  };
};
