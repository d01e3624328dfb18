import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '@rig/testkit';
import { createGatewayStage, type GatewayStage } from '../testing/gateway-stage.fixture.spec.js';

// Small bounds, so that ten times the load is a number that a test machine can send.
const IN_FLIGHT = 16;
const BURST = 20;
let stage: GatewayStage;
beforeAll(async () => {
  stage = await createGatewayStage({
    RIG_MAX_IN_FLIGHT: String(IN_FLIGHT),
    RIG_RATE_PER_CALLER: '10',
    RIG_BURST_PER_CALLER: String(BURST),
  });
});
afterAll(() => stage.close());

/** The part of webhooks that the gateway answered within a second, shed ones included, by its own metrics. */
const withinASecond = async (): Promise<number> => {
  const text = await (await fetch(`${stage.service.url}/metrics`)).text();
  const count = (pattern: RegExp): number =>
    [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
  const route = 'route="/api/webhook/github"';
  const inTime = count(new RegExp(`rig_http_request_seconds_bucket\\{le="1",[^}]*${route}[^}]*\\} (\\d+)`, 'g'));
  return inTime / count(new RegExp(`rig_http_request_seconds_count\\{[^}]*${route}[^}]*\\} (\\d+)`, 'g'));
};

const seen = async (work: () => Promise<Response>) => {
  const answer = await work();
  await answer.arrayBuffer();
  return { status: answer.status, retryAfter: answer.headers.get('retry-after') };
};

describe('ten times the load', () => {
  it('is shed with 503 and Retry-After; what was answered with 202 is kept, and soon', async () => {
    const answers: Awaited<ReturnType<typeof seen>>[] = [];
    const sender = async (name: number): Promise<void> => {
      for (let n = 0; n < 5; n++) answers.push(await seen(() => stage.webhook(JSON.stringify({ name, n }))));
    };
    const senders: Promise<void>[] = [];
    // Those that got in first wait for the store: however fast the machine, there is no room for the others.
    await stage.whileStoreIsHeld(async () => {
      senders.push(...Array.from({ length: IN_FLIGHT * 10 }, (_, name) => sender(name)));
      await eventually(() => expect(answers.length).toBeGreaterThan(0));
    });
    await Promise.all(senders);
    const accepted = answers.filter(({ status }) => status === 202);
    const shed = answers.filter(({ status }) => status === 503);
    expect(accepted.length + shed.length).toBe(answers.length);
    expect(accepted.length).toBeGreaterThanOrEqual(IN_FLIGHT);
    expect(shed.length).toBeGreaterThan(0);
    expect(shed.every(({ retryAfter }) => retryAfter === '1')).toBe(true);
    expect(await stage.rows()).toHaveLength(accepted.length);
    expect(await withinASecond()).toBeGreaterThanOrEqual(0.99);
  });

  it('of one agent is shed with 429 and Retry-After, and webhooks get through meanwhile', async () => {
    const token = await stage.token('dev-e-1', 'work');
    const report = (): Promise<Response> =>
      stage.events(
        {
          id: randomUUID(),
          source: 'agent/dev-e-1',
          subject: 'issue/acme/greeter/1',
          time: '2026-01-01T00:00:00.000Z',
          actor: { kind: 'agent', id: 'dev-e-1' },
          type: 'WORK_PROGRESSED',
          data: { taskId: randomUUID(), fence: 7, step: 'tests', message: 'green' },
        },
        token,
      );
    const answers = [];
    for (let round = 0; round < 20; round++) {
      answers.push(...(await Promise.all(Array.from({ length: 10 }, () => seen(report)))));
      expect((await stage.webhook(JSON.stringify({ round }))).status).toBe(202);
    }
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThanOrEqual(BURST);
    expect(refused.length).toBeGreaterThan(answers.length / 2);
    expect(refused.every(({ retryAfter }) => Number(retryAfter) >= 1)).toBe(true);
    const other = await stage.token('dev-e-2', 'work');
    expect((await stage.events({}, other)).status).toBe(422);
  });

  it('leaves health and readiness alone', async () => {
    const load = Promise.all(
      Array.from({ length: 100 }, (_, n) => seen(() => stage.webhook(JSON.stringify({ more: n })))),
    );
    const probes = await Promise.all(Array.from({ length: 5 }, () => fetch(`${stage.service.url}/readyz`)));
    expect(probes.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await load;
  });
});
