import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TaskBrief } from '@rig/contracts';
import { derivedId } from '@rig/kernel';
import { eventually } from '@rig/testkit';
import { createConductorStage, type ConductorStage } from '../testing/conductor-stage.fixture.spec.js';
import { issuePayload } from '../testing/webhooks.js';

// Two agents of the same rig, each with a task of its own; one of them, or whoever stole its token, is hostile.
const [ME, OTHER] = ['dev-e-1', 'dev-e-2'];
let stage: ConductorStage;
let mine: TaskBrief;
let theirs: TaskBrief;
const worker = { name: 'w-1', incarnation: randomUUID() };

beforeAll(async () => {
  stage = await createConductorStage();
  for (const number of [1, 2, 3]) await stage.deliver('issues', issuePayload(number, 'opened'));
  for (const number of [1, 2, 3]) await stage.awaitEvent('ISSUE_APPROVED', `issue/acme/greeter/${number}"`);
  mine = await stage.startNext(ME);
  theirs = await stage.startNext(OTHER);
}, 60_000);
afterAll(() => stage.close());

const ask = (agent: string, path: string, body?: unknown) =>
  stage.as(agent, body === undefined ? 'GET' : 'POST', path, body);

describe("an agent and another agent's task", () => {
  it('it cannot claim for another agent', async () => {
    for (const path of ['assignments', 'reviews']) {
      const answer = await ask(ME, `/api/${path}/next?agentId=${OTHER}&instance=x`);
      expect(answer).toMatchObject({ status: 403, body: { code: 'NOT_YOUR_AGENT' } });
    }
  });

  it.each(['start', 'token', 'renew'])('it cannot %s it, in its own name or the other', async (verb) => {
    const before = stage.forge.tokens.length;
    const path = `/api/tasks/${theirs.taskId}/${verb}`;
    const body = (agentId: string) => ({ agentId, worker, fence: theirs.fence });
    expect(await ask(ME, path, body(ME))).toMatchObject({ status: 403, body: { code: 'NOT_YOURS' } });
    expect(await ask(ME, path, body(OTHER))).toMatchObject({ status: 403, body: { code: 'NOT_YOUR_AGENT' } });
    expect(stage.forge.tokens).toHaveLength(before);
  });

  it('it cannot report on it: the report is refused and recorded', async () => {
    const { taskId, fence } = theirs;
    await stage.report(ME, 'WORK_FAILED', { taskId, fence, code: 'X', message: 'give up' });
    const recorded = await stage.awaitEvent('WORK_REPORT_REFUSED', taskId);
    expect(recorded.data).toMatchObject({ agent: ME, code: 'NOT_YOURS' });
    expect(await ask(OTHER, `/api/tasks/${taskId}/renew`, { agentId: OTHER, fence })).toMatchObject({ status: 200 });
  });

  it('it cannot see its tasks', async () => {
    expect(await ask(ME, `/api/agents/${OTHER}`)).toMatchObject({ status: 403 });
    expect(await ask(ME, `/api/cursor?agentId=${OTHER}`)).toMatchObject({ status: 403 });
  });

  it('it learns what became of its own reports, and nothing of those of others', async () => {
    const { taskId, fence } = mine;
    const id = await stage.report(ME, 'WORK_PROGRESSED', { taskId, fence, step: 'x', message: 'y' });
    await stage.settled(id);
    const path = `/api/reports/${id}`;
    expect(await ask(ME, path)).toMatchObject({ status: 200, body: { id, status: 'applied' } });
    expect(await ask(OTHER, path)).toMatchObject({ status: 200, body: { id, status: 'unknown', reason: null } });
    expect(await ask(ME, `/api/reports/${randomUUID()}`)).toMatchObject({ body: { status: 'unknown' } });
    expect(await ask(ME, '/api/reports/1')).toMatchObject({ status: 400 });
  });

  it('it cannot say through the front door what services say', async () => {
    const { taskId, fence } = theirs;
    const id = await stage.report(ME, 'ATTEMPT_LOST', { taskId, fence, reason: 'I say so' });
    expect(await stage.settled(id)).toBe('refused FACT_NOT_YOURS');
  });

  it("it cannot use up the id of a service's fact, so that the service is not heard", async () => {
    const third = await stage.startNext(ME);
    const { taskId, fence } = third;
    const guessed = derivedId('the id that the dispatcher will use');
    await stage.report(ME, 'WORK_PROGRESSED', { taskId, fence, step: 'x', message: 'y' }, guessed);
    await stage.settled(guessed);
    await stage.propose({
      id: guessed,
      source: 'rig/dispatcher',
      subject: 'issue/acme/greeter/3',
      time: new Date().toISOString(),
      actor: { kind: 'service', id: 'dispatcher' },
      type: 'ATTEMPT_LOST',
      data: { taskId, fence, reason: 'no renewal' },
    });
    await stage.awaitEvent('ATTEMPT_LOST', taskId);
  });
});

describe('a token', () => {
  it('of an agent that was taken out of the file is worth nothing', async () => {
    const gone = 'dev-e-9';
    expect(await ask(gone, `/api/assignments/next?agentId=${gone}&instance=x`)).toMatchObject({ status: 404 });
    const bought = await stage.call('POST', '/api/agent-tokens', await stage.token(gone, 'enrol'), {});
    expect(bought.status).toBe(404);
  });

  it('that is replayed after its attempt ended gets nothing of it', async () => {
    await stage.deliver('issues', issuePayload(4, 'opened'));
    await stage.awaitEvent('ISSUE_APPROVED', 'issue/acme/greeter/4"');
    const { taskId, fence } = await stage.startNext(OTHER);
    await stage.report(OTHER, 'WORK_FAILED', { taskId, fence, code: 'X', message: 'no' });
    await stage.awaitEvent('WORK_FAILED', taskId);
    for (const verb of ['start', 'token', 'renew']) {
      const answer = await ask(OTHER, `/api/tasks/${taskId}/${verb}`, { agentId: OTHER, fence, worker });
      expect([verb, answer.status]).toEqual([verb, 410]);
    }
  });
});

describe('a zombie', () => {
  it('gets no token, renews nothing, and the token that it has is revoked at the forge', async () => {
    const { taskId, fence } = mine;
    const given = await ask(ME, `/api/tasks/${taskId}/token`, { agentId: ME, fence });
    const held = String(given.body?.['token']);
    expect(stage.forge.tokens).toContain(held);
    await stage.propose({
      id: randomUUID(),
      source: 'rig/dispatcher',
      subject: 'issue/acme/greeter/1',
      time: new Date().toISOString(),
      actor: { kind: 'service', id: 'dispatcher' },
      type: 'ATTEMPT_LOST',
      data: { taskId, fence, reason: 'no renewal for 30 s' },
    });
    await stage.awaitEvent('ATTEMPT_LOST', taskId);
    for (const verb of ['token', 'renew']) {
      const answer = await ask(ME, `/api/tasks/${taskId}/${verb}`, { agentId: ME, fence });
      expect(answer).toMatchObject({ status: 409, body: { code: 'FENCE_SUPERSEDED' } });
    }
    await eventually(() => {
      expect(stage.forge.heard).toContainEqual({
        method: 'DELETE',
        path: '/installation/token',
        authorization: `token ${held}`,
      });
    });
    await stage.report(ME, 'WORK_COMPLETED', {
      taskId,
      fence,
      summary: 's',
      pr: 9,
      headSha: 'a'.repeat(40),
      verdict: null,
    });
    expect((await stage.awaitEvent('WORK_REPORT_REFUSED', taskId)).data).toMatchObject({ fence });
  });
});
