import { describe, expect, it } from '@jest/globals';
import { accept } from '@rig/kernel';
import type { FastifyRequest } from 'fastify';
import { authorise, type AccessVerifier } from './token-guard.js';

const verifier: AccessVerifier = { verify: (token) => accept({ subject: 'dev-e-1', scopes: token.split('.') }) };
const asked = (scopes: string): FastifyRequest =>
  ({ headers: { authorization: `Bearer ${scopes}` }, method: 'GET' }) as unknown as FastifyRequest;

describe('a door that one of several scopes opens', () => {
  it.each(['work', 'operator', 'enrol.operator'])('lets %s in', async (scopes) => {
    expect(await authorise(verifier, ['work', 'operator'], asked(scopes))).toMatchObject({ subject: 'dev-e-1' });
  });

  it('says to another which ones it wants', async () => {
    await expect(authorise(verifier, ['work', 'operator'], asked('enrol'))).rejects.toMatchObject({
      code: 'SCOPE_MISSING',
      message: 'The token does not carry the scope work or operator.',
    });
    await expect(authorise(verifier, 'work', asked('enrol'))).rejects.toMatchObject({ code: 'SCOPE_MISSING' });
  });
});
