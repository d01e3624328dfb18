import { createHmac, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Fact } from '@rig/contracts';
import { forgedTokens } from '@rig/testkit';
import { createGatewayStage, SECRET, signatureOf, type GatewayStage } from '../testing/gateway-stage.fixture.spec.js';

let stage: GatewayStage;
beforeAll(async () => {
  stage = await createGatewayStage();
});
afterAll(() => stage.close());

const fact = (change: Partial<Record<keyof Fact, unknown>> = {}): Record<string, unknown> => ({
  id: randomUUID(),
  source: 'agent/dev-e-1',
  subject: 'issue/acme/greeter/1',
  time: '2026-01-01T00:00:00.000Z',
  actor: { kind: 'agent', id: 'dev-e-1' },
  type: 'WORK_PROGRESSED',
  data: { taskId: randomUUID(), fence: 7, step: 'tests', message: 'green' },
  ...change,
});
const SPIKE = {
  agent: 'dev-e-1',
  cause: 'burst',
  blocks: 5,
  windowFrom: '2026-01-01T00:00:00.000Z',
  windowTo: '2026-01-01T00:00:00.000Z',
  weekBlocks: 0,
  rules: [],
  taskId: null,
  taskSubject: null,
};
const code = async (answer: Response): Promise<unknown> => ((await answer.json()) as { code?: string }).code;

describe('who reports', () => {
  it('is whom the token is for, whatever the fact says of itself', async () => {
    const token = await stage.token('dev-e-2', 'work');
    const claimed = fact({ actor: { kind: 'service', id: 'dispatcher' }, source: 'rig/dispatcher' });
    expect((await stage.events(claimed, token)).status).toBe(202);
    const stored = (await stage.rows())
      .map(({ body }) => JSON.parse(body) as Fact)
      .find(({ id }) => id === claimed['id']);
    expect(stored).toMatchObject({ actor: { kind: 'agent', id: 'dev-e-2' }, source: 'agent/dev-e-2' });
  });

  it('is also whom a block is about', async () => {
    const data = {
      agent: 'dev-e-1',
      taskId: null,
      fence: null,
      tool: 'Bash',
      rule: 'priv.sudo',
      category: 'privilege',
      command: 'sudo true',
      via: [],
      policyHash: 'built-in',
      canary: false,
      blockedAt: '2026-01-01T00:00:00.000Z',
    };
    const blocked = fact({ type: 'GUARD_BLOCKED', subject: 'agent/dev-e-1', data });
    expect((await stage.events(blocked, await stage.token('dev-e-2', 'work'))).status).toBe(202);
    const stored = (await stage.rows())
      .map(({ body }) => JSON.parse(body) as Fact)
      .find(({ id }) => id === blocked['id']);
    expect(stored).toMatchObject({ actor: { id: 'dev-e-2' }, data: { agent: 'dev-e-2' } });
  });

  it.each([
    ['ASSIGN_TASK', { kind: 'implement', agent: 'dev-e-1', headSha: null }],
    ['ATTEMPT_LOST', { taskId: randomUUID(), fence: 7, reason: 'I say so' }],
    ['ISSUE_DEFERRED', { code: 'X', message: 'y' }],
    ['GUARD_SPIKE', { ...SPIKE }],
  ])('cannot report what services report (%s)', async (type, data) => {
    const before = (await stage.rows()).length;
    const answer = await stage.events(fact({ type, data }), await stage.token('dev-e-1', 'work'));
    expect([answer.status, await code(answer)]).toEqual([422, 'FACT_NOT_YOURS']);
    expect(await stage.rows()).toHaveLength(before);
  });

  it('gets in with no forged, expired or alg-swapped token', async () => {
    const before = (await stage.rows()).length;
    const forged = forgedTokens({ ...stage.keys, subject: 'dev-e-1', scope: 'work', now: Date.now() });
    for (const [name, token] of forged) expect([name, (await stage.events(fact(), token)).status]).toEqual([name, 401]);
    expect(await stage.rows()).toHaveLength(before);
  });

  it.each(['enrol', 'operator'] as const)('needs the right to work: %s is not it', async (scope) => {
    const answer = await stage.events(fact(), await stage.token('dev-e-1', scope));
    expect([answer.status, await code(answer)]).toEqual([403, 'SCOPE_MISSING']);
  });

  it('changes nothing by sending the same again', async () => {
    const [token, again] = [await stage.token('dev-e-1', 'work'), fact()];
    const answers = [await stage.events(again, token), await stage.events(again, token)];
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    expect(bodies).toMatchObject([{ results: [{ status: 'accepted' }] }, { results: [{ status: 'duplicate' }] }]);
  });
});

describe('a webhook', () => {
  const body = JSON.stringify({ action: 'opened', n: 1 });
  const hmac = (hash: string, secret: string, text = body): string =>
    `${hash}=${createHmac(hash, secret).update(text).digest('hex')}`;

  it.each([
    ['no signature', ''],
    ['a short signature', signatureOf(body).slice(0, 20)],
    ['a sha1 signature', hmac('sha1', SECRET)],
    ['a signature with another secret', hmac('sha256', 'another secret')],
    ['a signature of another body', hmac('sha256', SECRET, `${body} `)],
    ['a signature in capitals with blanks', ` ${signatureOf(body).toUpperCase()} `],
  ])('with %s is refused and leaves no row', async (_what, signature) => {
    const before = (await stage.rows()).length;
    const answer = await stage.webhook(body, { 'x-hub-signature-256': signature });
    expect([answer.status, await code(answer)]).toEqual([401, 'SIGNATURE_INVALID']);
    expect(await stage.rows()).toHaveLength(before);
  });

  it('that is replayed under a new delivery id has no effect', async () => {
    const first = (await (await stage.webhook(body)).json()) as { id: string };
    const again = await stage.webhook(body, { 'x-github-delivery': 'another-guid' });
    expect([again.status, await again.json()]).toEqual([202, { id: first.id }]);
    expect((await stage.rows()).filter(({ body: kept }) => kept === body)).toHaveLength(1);
  });

  it('of one byte more than 25 MiB is refused', async () => {
    const before = (await stage.rows()).length;
    const limit = 25 * 1024 * 1024;
    const answer = await stage.webhook(Buffer.alloc(limit + 1, 'x')).catch(() => undefined);
    // The connection may be cut while the body is still on its way.
    expect(answer?.status ?? 413).toBe(413);
    expect(await stage.rows()).toHaveLength(before);
    expect((await stage.webhook(Buffer.alloc(limit, ' '))).status).toBe(202);
  });

  it('that is compressed is not unpacked, however it is signed', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const before = (await stage.rows()).length;
    const answer = await stage.webhook(bomb, { 'content-encoding': 'gzip' });
    expect([answer.status, await code(answer)]).toEqual([415, 'ENCODING_NOT_SUPPORTED']);
    expect(await stage.rows()).toHaveLength(before);
  });

  it.each(['../../etc/passwd', 'issues; drop table inbox', "issues' or 1=1", 'a'.repeat(100), 'Issues', '__proto__'])(
    'names its event by a word and nothing else (%s)',
    async (event) => {
      const answer = await stage.webhook(body, { 'x-github-event': event });
      expect([answer.status, await code(answer)]).toEqual([400, 'HEADER_INVALID']);
    },
  );
});

describe('the log of the gateway', () => {
  it('holds neither tokens nor signatures nor the secret, and answers do not repeat them', async () => {
    const token = await stage.token('dev-e-1', 'enrol');
    const forged = `${token.slice(0, -4)}AAAA`;
    const answers = [
      await stage.events(fact(), forged),
      await stage.events({ id: token }, await stage.token('dev-e-1', 'work')),
      await stage.webhook('{}', { 'x-hub-signature-256': `sha256=${SECRET}` }),
    ];
    const said = [...stage.log, ...(await Promise.all(answers.map((answer) => answer.text())))].join('\n');
    for (const secret of [SECRET, forged, stage.keys.privateKeyPem]) expect(said).not.toContain(secret);
    expect(said).not.toMatch(/postgres:\/\/[^ ]*:[^ ]*@/);
  });
});
