import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pullSubject } from '@rig/contracts';
import { eventually } from '@rig/testkit';
import { createConductorStage, type ConductorStage } from '../testing/conductor-stage.fixture.spec.js';
import { issuePayload } from '../testing/webhooks.js';

const [ME, OTHER] = ['dev-e-1', 'dev-e-2'];
let stage: ConductorStage;
beforeAll(async () => {
  stage = await createConductorStage();
}, 60_000);
afterAll(() => stage.close());

const ask = (agent: string, path: string, body: unknown) => stage.as(agent, 'POST', path, body);

describe('text and names from the forge', () => {
  const HOSTILE = '$(touch /tmp/x); `id` && --upload-pack=x ../../.. \u0000\r\n| rm -rf "~" \'%00';

  it('are data: the branch is letters, digits and dashes, the rest arrives as it was written', async () => {
    const body = `${HOSTILE}\n\nCloses #1`;
    await stage.deliver('issues', issuePayload(5, 'opened', { title: HOSTILE, body }));
    await stage.awaitEvent('ISSUE_APPROVED', 'issue/acme/greeter/5"');
    const brief = await stage.startNext(OTHER);
    expect(brief.branch).toMatch(/^rig\/issue-5-[a-z0-9-]+$/);
    expect(brief.issue).toMatchObject({ number: 5, title: HOSTILE.replace('\u0000', '\ufffd') });
  });

  it.each([
    '../../etc/passwd',
    'acme/..',
    '-x/greeter',
    'acme/--upload-pack=x',
    'acme/greeter/../../x',
    'acme/gr;eeter',
  ])('a repository called %j is refused, and nothing is asked of the forge', async (name) => {
    const before = stage.forge.heard.length;
    const payload = issuePayload(6, 'opened') as { repository: Record<string, unknown> };
    const id = await stage.deliver('issues', {
      ...payload,
      repository: { ...payload.repository, full_name: name, name, owner: { login: name } },
    });
    expect(await stage.settled(id)).toMatch(/^refused/);
    expect(stage.forge.heard.slice(before).filter(({ path }) => path.startsWith('/repos'))).toEqual([]);
  });

  it('addresses in payloads are never called', async () => {
    const { url } = stage.trap;
    const payload = issuePayload(7, 'opened', {
      url: `${url}/issue`,
      comments_url: `${url}/comments`,
      body: `![x](${url}/image) <${url}/link>`,
    }) as { repository: Record<string, unknown> };
    const repository = { ...payload.repository, url, clone_url: url, git_url: url, hooks_url: url, archive_url: url };
    const id = await stage.deliver('issues', {
      ...payload,
      repository,
      installation: { id: 7, access_tokens_url: url },
    });
    expect(await stage.settled(id)).toMatch(/^applied/);
    const brief = await stage.startNext(OTHER);
    const token = await ask(OTHER, `/api/tasks/${brief.taskId}/token`, { agentId: OTHER, fence: brief.fence });
    expect(token.body).toMatchObject({
      apiUrl: stage.forge.url,
      cloneUrl: `${stage.forge.url}/acme/greeter.git`,
    });
    expect(stage.trap.heard).toEqual([]);
  });

  it.each(['../../x', pullSubject('acme/greeter', 1), "1'; drop table", '%2e%2e', '0197f3a0'])(
    'a task called %j is no task',
    async (id) => {
      const path = `/api/tasks/${encodeURIComponent(id)}/token`;
      expect(await ask(ME, path, { agentId: ME, fence: 1 })).toMatchObject({ status: 400 });
    },
  );
});

describe('secrets', () => {
  it('are in no log line, no event and no answer', async () => {
    const answers = await Promise.all([
      ask(ME, `/api/tasks/${randomUUID()}/token`, { agentId: ME, fence: 1 }),
      ask(ME, '/api/tasks/x/start', { token: stage.forge.tokens[0] }),
    ]);
    const said = [...stage.log, JSON.stringify(await stage.events()), JSON.stringify(answers)].join('\n');
    expect(stage.forge.tokens.length).toBeGreaterThan(1);
    const { keys, appKey } = stage.secrets;
    const line = (pem: string): string => pem.split('\n')[1] ?? pem;
    for (const secret of [line(keys.privateKeyPem), line(appKey), ...stage.forge.tokens]) {
      expect(said).not.toContain(secret);
    }
    expect(said).not.toMatch(/postgres:\/\/\S+:\S+@|redis:\/\/\S*:\S+@|Bearer ey/);
  });

  it('a broken file of agents is told by its place, without what stands in it', async () => {
    await writeFile(join(stage.folder, 'rig.agents.yaml'), 'agents: [{ id: dev-e-1, password: hunter2hunter2 }]\n');
    await eventually(() => expect(stage.log.join('\n')).toContain('rig.agents.yaml'), { withinMs: 15_000 });
    expect(stage.log.join('\n')).not.toContain('hunter2hunter2');
  });
});
