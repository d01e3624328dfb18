import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningService } from '@rig/nest-kit';
import { createFaultProxy, eventually, forgedTokens, type FaultProxy } from '@rig/testkit';
import {
  check,
  countingNote,
  createGuardFolder,
  createGuardStage,
  startGuard,
  type GuardFolder,
  type GuardStage,
} from '../testing/guard-stage.fixture.spec.js';

/** Nobody listens there. */
const NOWHERE = { postgres: 'postgres://127.0.0.1:1/rig', valkey: 'redis://127.0.0.1:1' };

describe('POST /v1/check without Postgres and Valkey', () => {
  let folder: GuardFolder;
  let service: RunningService;
  beforeAll(async () => {
    folder = await createGuardFolder();
    service = await startGuard('guard-svc-0', folder.folder, NOWHERE);
  });
  afterAll(async () => {
    await service.stop();
    await folder.remove();
  });

  it('decides all the same, and says what waits', async () => {
    const token = await folder.token('dev-e-1', 'work');
    expect(await check(service, token, { cmd: 'ls' })).toEqual({
      status: 200,
      body: { decisions: [{ decision: 'allow', policyHash: 'built-in' }] },
    });
    const many = Array.from({ length: 100 }, (_, n) => ({ cmd: n % 2 === 0 ? `sudo echo ${n}` : `echo ${n}` }));
    const { body } = await check(service, token, many);
    expect(body['recorded']).toBe(false);
    expect((body['decisions'] as { decision: string }[]).map(({ decision }) => decision)).toEqual(
      many.map(({ cmd }) => (cmd.startsWith('sudo') ? 'block' : 'allow')),
    );
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    expect(await countingNote(service)).toContain('blocks are not counted yet');
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/rig_guard_decisions_total\{decision="block",rule="priv.sudo",service="guard-svc"\} 50/);
    expect(metrics).toMatch(/rig_guard_waiting_blocks\{service="guard-svc"\} 50/);
    expect(metrics).toMatch(/rig_guard_decision_seconds_count\{service="guard-svc"\} 101/);
  });

  it('lets nobody in without a token for work or of the operator', async () => {
    const code = async (token: string): Promise<unknown> => (await check(service, token, { cmd: 'ls' })).body['code'];
    const forged = forgedTokens({ ...folder.keys, subject: 'dev-e-1', scope: 'work', now: Date.now() });
    for (const [name, token] of forged)
      expect([name, (await check(service, token, { cmd: 'ls' })).status]).toEqual([name, 401]);
    expect(await code(await folder.token('dev-e-1', 'enrol'))).toBe('SCOPE_MISSING');
    expect(await check(service, await folder.token('operator', 'operator'), { cmd: 'sudo ls' })).toMatchObject({
      status: 200,
      body: { decisions: [{ decision: 'block' }] },
    });
  });

  it.each([
    ['no question', [], 422],
    ['too many', Array.from({ length: 101 }, () => ({ cmd: 'ls' })), 422],
    ['a question that is none', [{ cmd: 'ls' }, { cmd: 7 }], 422],
    ['more than a megabyte', { cmd: 'x'.repeat(1_100_000) }, 413],
  ])('refuses %s', async (_what, body, status) => {
    expect((await check(service, await folder.token('dev-e-1', 'work'), body)).status).toBe(status);
  });

  it('does what the policy says, from the moment that there is one', async () => {
    const token = await folder.token('dev-e-1', 'work');
    const blocked = async (): Promise<unknown> =>
      (await check(service, token, { cmd: 'curl prod.acme.example' })).body['decisions'];
    expect(await blocked()).toMatchObject([{ decision: 'allow' }]);
    await writeFile(join(folder.folder, 'guard.policy.yaml'), 'protectedHosts: [prod.acme.example]\n');
    await eventually(async () => expect(await blocked()).toMatchObject([{ decision: 'block' }]), { withinMs: 10_000 });
    await writeFile(join(folder.folder, 'guard.policy.yaml'), 'protectedHosts: nonsense\n');
    await eventually(async () => {
      const answer = await fetch(`${service.url}/readyz`);
      expect(await answer.text()).toContain('guard.policy.yaml');
    });
    expect(await blocked()).toMatchObject([{ decision: 'block' }]);
  });
});

describe('POST /v1/check while Postgres goes away and comes back', () => {
  let stage: GuardStage;
  let proxy: FaultProxy;
  let service: RunningService;
  beforeAll(async () => {
    stage = await createGuardStage();
    const url = new URL(stage.servers.postgres);
    proxy = await createFaultProxy({ targetPort: Number(url.port) });
    url.port = String(proxy.port);
    service = await stage.start('guard-svc-0', { ...stage.servers, postgres: url.href });
  });
  afterAll(async () => {
    await stage.close();
    await proxy.close();
  });

  it('keeps deciding within a second, and loses no record', async () => {
    const token = await stage.token('dev-e-1', 'work');
    await eventually(async () => expect(await countingNote(service)).toBeUndefined(), { withinMs: 15_000 });
    expect(await check(service, token, { cmd: 'sudo ls' })).toMatchObject({ body: { recorded: true } });
    proxy.partition();
    for (let n = 0; n < 5; n++) {
      const began = Date.now();
      expect(await check(service, token, { cmd: `sudo ls ${n}` })).toMatchObject({ body: { recorded: false } });
      expect(Date.now() - began).toBeLessThan(2_000);
    }
    proxy.heal();
    await eventually(async () => expect(await stage.books()).toMatchObject({ blocks: 6, waiting: 0 }), {
      withinMs: 30_000,
    });
  }, 90_000);
});
