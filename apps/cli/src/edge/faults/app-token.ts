import { createSign } from 'node:crypto';

export interface AppCredentials {
  readonly id: number;
  readonly privateKey: string;
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The proof of a GitHub App that it is itself, good for five minutes. */
export const appToken = ({ id, privateKey }: AppCredentials): string => {
  const now = Math.floor(Date.now() / 1_000);
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 30, exp: now + 300, iss: String(id) })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
};
