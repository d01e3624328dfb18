import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { silentLogger } from '@rig/kernel';
import { testValkey, type TestValkey } from '@rig/testkit';
import { Redis } from 'ioredis';
import type { StreamBus } from '../stream-bus.js';
import { createValkeyStreamBus } from './valkey-stream-bus.js';

const STREAM = 'rig:facts';
const GROUP = 'conductor';

let valkey: TestValkey;
let admin: Redis;
let bus: StreamBus;
beforeAll(async () => {
  valkey = await testValkey();
  admin = new Redis(valkey.url);
  bus = createValkeyStreamBus({ url: valkey.url, logger: silentLogger, connectionName: 'consumers' });
});
afterAll(async () => {
  await bus.close();
  admin.disconnect();
  await valkey.close();
});

it('consumers that are gone and hold nothing are forgotten, and none that holds an entry', async () => {
  await bus.ensureGroup(STREAM, GROUP);
  await bus.publishMany(STREAM, [1, 2]);
  await admin.xreadgroup('GROUP', GROUP, 'holds', 'COUNT', 1, 'STREAMS', STREAM, '>');
  await admin.xgroup('CREATECONSUMER', STREAM, GROUP, 'holds-nothing');
  await admin.xgroup('CREATECONSUMER', `rig:redrive:facts:${GROUP}`, GROUP, 'held-a-redriven-one');
  expect(await bus.dropConsumers(STREAM, GROUP, 3_600_000)).toEqual([]);
  expect([...(await bus.dropConsumers(STREAM, GROUP, 0))].sort()).toEqual(['held-a-redriven-one', 'holds-nothing']);
  expect(await admin.xinfo('CONSUMERS', STREAM, GROUP)).toHaveLength(1);
  expect(await bus.groups(STREAM)).toMatchObject([{ name: GROUP, pending: 1 }]);
  expect(await bus.dropConsumers('rig:nothing', GROUP, 0)).toEqual([]);
  expect(await bus.dropConsumers(STREAM, 'nobody', 0)).toEqual([]);
});
