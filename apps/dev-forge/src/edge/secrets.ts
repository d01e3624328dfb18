import { createHash, createHmac, randomBytes, verify } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';

/** What is kept of a token. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** An installation token, in GitHub's form. */
export const newInstallationToken = (): string => `ghs_${randomBytes(27).toString('base64url').replace(/[-_]/g, 'x')}`;

export const hmac = (algorithm: 'sha1' | 'sha256', secret: string, body: string): string =>
  `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;

export const etagOf = (body: string | Buffer): string => `W/"${createHash('sha256').update(body).digest('hex')}"`;

export const pack = (text: string): string => deflateSync(text, { level: 1 }).toString('base64');
export const unpack = (packed: string): string => inflateSync(Buffer.from(packed, 'base64')).toString('utf8');

export interface Jwt {
  readonly claims: Readonly<Record<string, unknown>>;
  isSignedBy(publicKeyPem: string): boolean;
}

const decode = (part: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/** Takes a token apart. Only RS256 is taken, whatever its header wishes. */
export const readJwt = (token: string): Jwt | undefined => {
  const [head, body, signature, ...rest] = token.split('.');
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) return undefined;
  const claims = decode(body);
  if (decode(head)?.['alg'] !== 'RS256' || claims === undefined) return undefined;
  return {
    claims,
    isSignedBy: (pem) => {
      try {
        return verify('RSA-SHA256', Buffer.from(`${head}.${body}`), pem, Buffer.from(signature, 'base64url'));
      } catch {
        return false;
      }
    },
  };
};
