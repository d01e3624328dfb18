import { createHmac, createPrivateKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

export interface ForgedTokensInput {
  /** The rig's own pair (Ed25519, PEM): an expired token is one that was good once. */
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
  /** Whom the forger wants to be, and with what right. */
  readonly subject: string;
  readonly scope: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Every way in which a token may be wrong, by its name, signed as the forger would. None may be accepted. */
export const forgedTokens = (input: ForgedTokensInput): readonly (readonly [name: string, token: string])[] => {
  const seconds = Math.floor(input.now / 1_000);
  const claims = {
    iss: 'rig',
    sub: input.subject,
    scope: input.scope,
    iat: seconds - 60,
    exp: seconds + 600,
    jti: randomUUID(),
  };
  const own = createPrivateKey(input.privateKeyPem);
  const foreign = generateKeyPairSync('ed25519').privateKey;
  const text = (header: object, payload: object): string => `${encode(header)}.${encode(payload)}`;
  const eddsa = (payload: object, key = own, header: object = { alg: 'EdDSA', typ: 'JWT' }): string => {
    const signed = text(header, payload);
    return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
  };
  const hmac = (alg: string, hash: string): string => {
    const signed = text({ alg, typ: 'JWT' }, claims);
    return `${signed}.${createHmac(hash, input.publicKeyPem).update(signed).digest('base64url')}`;
  };
  const { exp: _, ...endless } = claims;
  const [, , signature = ''] = eddsa({ ...claims, sub: 'somebody-else' }).split('.');
  return [
    ['expired', eddsa({ ...claims, iat: seconds - 700, exp: seconds - 1 })],
    ['without an expiry', eddsa(endless)],
    ['signed with another key', eddsa(claims, foreign)],
    ['signed with another key that it brings along', eddsa(claims, foreign, jwkHeader(foreign))],
    ["with another token's signature", `${text({ alg: 'EdDSA', typ: 'JWT' }, claims)}.${signature}`],
    ['unsigned (alg none)', `${text({ alg: 'none', typ: 'JWT' }, claims)}.`],
    ['unsigned (alg EdDSA)', `${text({ alg: 'EdDSA', typ: 'JWT' }, claims)}.`],
    ['signed by HS256 with the public key as its secret', hmac('HS256', 'sha256')],
    ['signed by HS512 with the public key as its secret', hmac('HS512', 'sha512')],
    ['of another issuer', eddsa({ ...claims, iss: 'elsewhere' })],
    ['with a right that does not exist', eddsa({ ...claims, scope: `${input.scope} root` })],
    ['for nobody', eddsa({ ...claims, sub: '' })],
  ];
};

const jwkHeader = (key: ReturnType<typeof createPrivateKey>): object => {
  const { d: _, ...jwk } = key.export({ format: 'jwk' });
  return { alg: 'EdDSA', typ: 'JWT', jwk };
};
