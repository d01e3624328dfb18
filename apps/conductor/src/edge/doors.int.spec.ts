import { randomUUID } from 'node:crypto';
import { RequestMethod, type Type } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TokenScope } from '@rig/agent-kit';
import { forgedTokens } from '@rig/testkit';
import { AppModule, type ConductorParts } from '../app.module.js';
import { createConductorStage, type ConductorStage } from '../testing/conductor-stage.fixture.spec.js';

interface Door {
  readonly method: string;
  readonly path: string;
}

const textIn = (key: string, target: object): string | undefined => {
  const found: unknown = Reflect.getMetadata(key, target);
  return typeof found === 'string' ? found : undefined;
};

/** What one controller answers, as its decorators say; nothing for one that listens to streams. */
const doorsOf = (controller: Type): readonly Door[] =>
  Object.values(Object.getOwnPropertyDescriptors(controller.prototype as object)).flatMap((property) => {
    const handler: unknown = property.value;
    if (typeof handler !== 'function' || handler === controller) return [];
    const path = textIn('path', handler);
    if (path === undefined) return [];
    const method = RequestMethod[Number(Reflect.getMetadata('method', handler))] ?? 'GET';
    const whole = `/${[textIn('path', controller), path].filter((part) => part !== '/').join('/')}`;
    return [{ method, path: whole.replaceAll(/:(\w+)/g, () => randomUUID()) }];
  });

// Read from the module, not listed by hand: a door that somebody adds is tried as well, and is the operator's until said
// otherwise here.
const doors = (AppModule.with({} as ConductorParts).controllers ?? []).flatMap(doorsOf);
const WORK = /^\/api\/(assignments|reviews)\/next$|^\/api\/tasks\/|^\/api\/cursor$|^\/api\/agents\/|^\/api\/reports\//;
const rightFor = ({ path }: Door): TokenScope =>
  path === '/api/agent-tokens' ? 'enrol' : WORK.test(path) ? 'work' : 'operator';

let stage: ConductorStage;
beforeAll(async () => {
  stage = await createConductorStage();
}, 60_000);
afterAll(() => stage.close());

const knock = async ({ method, path }: Door, token: string): Promise<number> =>
  (await stage.call(method, path, token, method === 'GET' ? undefined : {})).status;

describe('the doors of the conductor', () => {
  it('are found: those of agents, and those of people', () => {
    const paths = doors.map(({ method, path }) => `${method} ${path.split('/').slice(0, 3).join('/')}`);
    const some = ['POST /api/tasks', 'POST /api/agent-tokens', 'GET /api/live', 'DELETE /api/dead', 'POST /api/pause'];
    expect(paths).toEqual(expect.arrayContaining(some));
    expect(doors.length).toBeGreaterThan(25);
  });

  it('are opened by no token that is expired, forged or alg-swapped', async () => {
    for (const door of doors) {
      const scope = rightFor(door);
      const subject = scope === 'operator' ? 'operator' : 'dev-e-1';
      for (const [name, token] of forgedTokens({ ...stage.secrets.keys, subject, scope, now: Date.now() })) {
        expect([door, name, await knock(door, token)]).toEqual([door, name, 401]);
      }
    }
  }, 60_000);

  it('are opened by a token of the right for them, and no other', async () => {
    for (const door of doors) {
      for (const scope of ['work', 'enrol', 'operator'] as const) {
        if (scope === rightFor(door)) continue;
        expect([door, scope, await knock(door, await stage.token('dev-e-1', scope))]).toEqual([door, scope, 403]);
      }
    }
  }, 60_000);
});
