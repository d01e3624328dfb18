import { describe, expect, it } from '@jest/globals';
import { systemClock, type Clock } from '@rig/kernel';
import { SignJWT, UnsecuredJWT, importPKCS8 } from 'jose';
import { createTokenSigner, createTokenVerifier, generateKeyPair } from '../index.js';

const at = (ms: number): Clock => ({ now: () => ms, sleep: systemClock.sleep });
const NOW = Date.UTC(2026, 2, 1);
const pair = await generateKeyPair();
const signer = createTokenSigner({ privateKeyPem: pair.privateKeyPem, clock: at(NOW) });
const verifier = createTokenVerifier({ publicKeyPem: pair.publicKeyPem, clock: at(NOW + 1000) });
const claims = { scope: 'work', jti: '0197f3a0-0000-7000-8000-000000000001' };

const forge = async (change: (jwt: SignJWT) => SignJWT): Promise<string> =>
  change(
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer('rig')
      .setSubject('dev-e-1')
      .setIssuedAt(NOW / 1000)
      .setExpirationTime(NOW / 1000 + 60),
  ).sign(await importPKCS8(pair.privateKeyPem, 'EdDSA'));

const refusalOf = async (token: string): Promise<string> => {
  const result = await verifier.verify(token);
  return result.ok ? 'accepted' : result.refusal.code;
};

describe('tokens', () => {
  it('tells whom a token is for and what it allows', async () => {
    const { token, expiresAt } = await signer.sign({ subject: 'dev-e-1', scope: ['work', 'enrol'], ttlMs: 60_000 });
    const result = await verifier.verify(token);
    expect(result).toMatchObject({ ok: true, value: { subject: 'dev-e-1', scopes: ['work', 'enrol'] } });
    expect(expiresAt).toBe('2026-03-01T00:01:00.000Z');
  });

  it('refuses a token past its expiry', async () => {
    const { token } = await signer.sign({ subject: 'operator', scope: 'operator', ttlMs: 1000 });
    expect(await refusalOf(token)).toBe('TOKEN_EXPIRED');
  });

  it('refuses a token that it has accepted before once its expiry has passed', async () => {
    let now = NOW;
    const clock: Clock = { now: () => now, sleep: systemClock.sleep };
    const remembering = createTokenVerifier({ publicKeyPem: pair.publicKeyPem, clock });
    const { token } = await signer.sign({ subject: 'dev-e-1', scope: 'work', ttlMs: 2_000 });
    expect(await remembering.verify(token)).toMatchObject({ ok: true });
    expect(await remembering.verify(token)).toMatchObject({
      ok: true,
      value: { subject: 'dev-e-1', scopes: ['work'] },
    });
    now = NOW + 2_000;
    expect(await remembering.verify(token)).toMatchObject({ refusal: { code: 'TOKEN_EXPIRED' } });
  });

  it('refuses a token of another key', async () => {
    const other = await generateKeyPair();
    const { token } = await createTokenSigner({ privateKeyPem: other.privateKeyPem, clock: at(NOW) }).sign({
      subject: 'dev-e-1',
      scope: 'work',
      ttlMs: 60_000,
    });
    expect(await refusalOf(token)).toBe('TOKEN_INVALID');
  });

  it('refuses a token whose payload was changed', async () => {
    const { token } = await signer.sign({ subject: 'dev-e-1', scope: 'work', ttlMs: 60_000 });
    const [head, , signature] = token.split('.');
    const payload = Buffer.from(JSON.stringify({ ...claims, iss: 'rig', sub: 'operator', iat: 1, exp: 9e9 }));
    expect(await refusalOf(`${head}.${payload.toString('base64url')}.${signature}`)).toBe('TOKEN_INVALID');
  });

  it('refuses an unsigned token', async () => {
    const token = new UnsecuredJWT(claims)
      .setIssuer('rig')
      .setSubject('operator')
      .setIssuedAt(NOW / 1000)
      .setExpirationTime(NOW / 1000 + 60)
      .encode();
    expect(await refusalOf(token)).toBe('TOKEN_INVALID');
  });

  it('refuses a token signed with HS256 and the public key as its secret', async () => {
    const token = await new SignJWT({ ...claims, scope: 'operator' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('rig')
      .setSubject('operator')
      .setIssuedAt(NOW / 1000)
      .setExpirationTime(NOW / 1000 + 60)
      .sign(new TextEncoder().encode(pair.publicKeyPem));
    expect(await refusalOf(token)).toBe('TOKEN_INVALID');
  });

  it.each([
    ['another issuer', (jwt: SignJWT) => jwt.setIssuer('elsewhere')],
    ['a subject that is no agent id', (jwt: SignJWT) => jwt.setSubject('../etc')],
  ])('refuses a token with %s', async (_what, change) => {
    expect(await refusalOf(await forge(change))).toBe('TOKEN_INVALID');
  });

  it('refuses a token with an unknown scope or without an expiry', async () => {
    const key = await importPKCS8(pair.privateKeyPem, 'EdDSA');
    const base = (scope: string): SignJWT =>
      new SignJWT({ ...claims, scope }).setProtectedHeader({ alg: 'EdDSA' }).setIssuer('rig').setSubject('dev-e-1');
    const unknown = base('root')
      .setIssuedAt(NOW / 1000)
      .setExpirationTime(NOW / 1000 + 60);
    expect(await refusalOf(await unknown.sign(key))).toBe('TOKEN_INVALID');
    expect(
      await refusalOf(
        await base('work')
          .setIssuedAt(NOW / 1000)
          .sign(key),
      ),
    ).toBe('TOKEN_INVALID');
  });

  it.each(['', 'x', 'a.b.c', 'x'.repeat(5000)])('refuses what is no token', async (text) => {
    expect(await refusalOf(text)).toBe('TOKEN_INVALID');
  });

  it('does not sign for a name that is no agent', async () => {
    await expect(signer.sign({ subject: 'Not An Agent', scope: 'work', ttlMs: 60_000 })).rejects.toMatchObject({
      code: 'TOKEN_REQUEST_INVALID',
    });
  });
});
