import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aliveKey, EVENTS_STREAM, FACTS_STREAM, GROUPS, INBOX_STREAM, leaseKey, tasksStream } from '@rig/contracts';
import { accept, silentLogger, type Lifecycle } from '@rig/kernel';
import { eventually, startValkey, testSignal, type EmbeddedServer } from '@rig/testkit';
import { Redis } from 'ioredis';
import { aclLine, agentUser, DEFAULT_USER_OFF, serviceUsers } from '../access.js';
import { createJobQueue, createJobWorker } from '../jobs/job-queue.js';
import type { StreamBus } from '../stream-bus.js';
import { createValkeyStreamBus } from './valkey-stream-bus.js';

// Users belong to a server, so these tests have one of their own, with the file that a deployment would load.
const [ME, OTHER] = ['dev-e-1', 'dev-e-2'];
const [MINE, THEIRS] = [tasksStream(ME), tasksStream(OTHER)];
const TASK = '0197f3a0-0000-7000-8000-000000000001';
const offer = { taskId: TASK };
const passwordOf = (user: string): string => `the password of ${user}`;

let server: EmbeddedServer;
let dataDir: string;
const open: { close(): Promise<unknown> }[] = [];
const buses = new Map<string, StreamBus>();
const clients = new Map<string, Redis>();

const urlOf = (user: string): string => {
  const url = new URL(server.url);
  url.username = user;
  url.password = encodeURIComponent(passwordOf(user));
  return url.href;
};
const as = (user: string): StreamBus => {
  const known = buses.get(user);
  if (known !== undefined) return known;
  const bus = createValkeyStreamBus({ url: urlOf(user), logger: silentLogger, connectionName: user });
  buses.set(user, bus);
  open.push(bus);
  return bus;
};
/** What a command answers to somebody who has stolen the user's password and speaks to the server directly. */
const answer = async (user: string, command: readonly [string, ...(string | number)[]]): Promise<string> => {
  const client = clients.get(user) ?? new Redis(urlOf(user), { protocol: 2 });
  clients.set(user, client);
  const [name, ...args] = command;
  return client.call(name, ...args).then(
    (reply) => `answered ${JSON.stringify(reply)}`,
    (error: Error) => error.message,
  );
};
const refused = expect.stringMatching(/^NOPERM|ACL failure/);
const agent = `agent-${ME}`;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rig-acl-'));
  const users = [...serviceUsers, agentUser(ME), agentUser(OTHER)];
  const lines = users.map((user) => aclLine(user, createHash('sha256').update(passwordOf(user.name)).digest('hex')));
  const aclFile = join(dataDir, 'given.acl');
  await writeFile(aclFile, [DEFAULT_USER_OFF, ...lines, ''].join('\n'));
  server = await startValkey({ dataDir, aclFile });
  for (const [stream, groups] of Object.entries(GROUPS)) {
    for (const group of groups) await as('conductor').ensureGroup(stream, group);
  }
  for (const stream of [MINE, THEIRS]) await as('conductor').ensureGroup(stream, 'workers');
});
afterAll(async () => {
  for (const one of open) await one.close();
  for (const client of clients.values()) client.disconnect();
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Reads one entry of a group the way a service does: a first try that fails, a second, then the verdict. */
const readOne = async (user: string, stream: string, group: string, end: 'ack' | 'dead'): Promise<void> => {
  const tries = testSignal<number>('a try');
  const reader: Lifecycle = as(user).consume({
    stream,
    group,
    consumer: user,
    parse: (json) => accept(json),
    handle: async ({ attempt }) => {
      tries.emit(attempt);
      if (attempt === 1) throw new Error('the first try fails');
      return end === 'ack' ? { verdict: 'ack' } : { verdict: 'dead', reason: 'the test says so' };
    },
    blockMs: 500,
    retryBaseMs: 5,
  });
  await reader.start();
  await tries.take(2);
  await eventually(async () => {
    const groups = await as('conductor').groups(stream);
    expect(groups.find(({ name }) => name === group)).toMatchObject({ pending: 0, lag: 0 });
  });
  await reader.stop();
};

describe('a worker on the bus', () => {
  it('takes, retries, renews and buries offers of its own agent', async () => {
    await as('conductor').offerAgain(MINE, 1, offer);
    await readOne(agent, MINE, 'workers', 'ack');
    const id = await as('conductor').offerAgain(MINE, 2, offer);
    const lease = { key: leaseKey(TASK, ME), fence: 7, owner: `${agent}/x`, ttlMs: 30_000 };
    const entry = { stream: MINE, group: 'workers', id };
    expect(await as(agent).renewLease({ ...lease, entry })).toBe(true);
    expect(await as('dispatcher').readLease(lease.key)).toMatchObject({ fence: 7 });
    await readOne(agent, MINE, 'workers', 'dead');
    const [list] = await as('conductor').deadLists();
    const [dead] = await as('conductor').dead(list?.list ?? '', 10);
    expect(await as('conductor').redrive(list?.list ?? '', dead?.id ?? '')).toBe(true);
    await readOne(agent, MINE, 'workers', 'ack');
  });

  it.each([
    ['read the offers of another agent', ['XREADGROUP', 'GROUP', 'workers', 'me', 'STREAMS', THEIRS, '>']],
    ['look into the offers of another agent', ['XRANGE', THEIRS, '-', '+']],
    ['look into them by a script', ['EVAL', "return redis.call('XRANGE', KEYS[1], '-', '+')", 1, THEIRS]],
    ['look into them by a script that does not name its keys', ['EVAL', `return redis.call('XLEN', '${THEIRS}')`, 0]],
    ['acknowledge the offers of another agent', ['XACK', THEIRS, 'workers', '1-0']],
    ['make offers to another agent', ['XADD', THEIRS, '*', 'json', '{}']],
    ['make offers to itself', ['XADD', MINE, '*', 'json', '{}']],
    ['make offers to itself by a script', ['EVAL', "return redis.call('XADD', KEYS[1], '*', 'a', 'b')", 1, MINE]],
    ['remove its offers', ['DEL', MINE]],
    ["see the lease of another agent's task", ['GET', leaseKey(TASK, OTHER)]],
    ["renew the lease of another agent's task", ['SET', leaseKey(TASK, OTHER), '9:me', 'PX', 60_000]],
    ['end it by a script', ['EVAL', "return redis.call('DEL', KEYS[1])", 1, leaseKey(TASK, OTHER)]],
    ['end its own other than by the clock', ['DEL', leaseKey(TASK, ME)]],
    ['read the log', ['XRANGE', EVENTS_STREAM, '-', '+']],
    ['read the log as a group', ['XREADGROUP', 'GROUP', 'dispatcher', 'me', 'STREAMS', EVENTS_STREAM, '>']],
    ['write events', ['XADD', EVENTS_STREAM, '*', 'json', '{}']],
    ['report facts past the gateway', ['XADD', FACTS_STREAM, '*', 'json', '{}']],
    ['wake the conductor', ['XADD', INBOX_STREAM, '*', 'json', '{}']],
    ['read dead entries of others', ['XRANGE', 'rig:dead:facts:conductor', '-', '+']],
    ['say that the conductor lives', ['SET', aliveKey('conductor'), '1']],
    ['find the names of keys', ['KEYS', '*']],
    ['find them by a scan', ['SCAN', '0']],
    ['empty the store', ['FLUSHALL']],
    ['change the server', ['CONFIG', 'SET', 'appendonly', 'no']],
    ['read the users', ['ACL', 'LIST']],
    ['make itself a user', ['ACL', 'SETUSER', 'me', 'on', 'nopass', '~*', '+@all']],
    ['listen to what others send', ['MONITOR']],
    ['cut connections of others', ['CLIENT', 'KILL', 'TYPE', 'normal']],
    ['listen to channels', ['SUBSCRIBE', 'x']],
  ] as const)('cannot %s', async (_what, command) => {
    expect(await answer(agent, command)).toEqual(refused);
  });
});

describe('the other users of the bus', () => {
  it('the gateway wakes the conductor and can do nothing else', async () => {
    await as('gateway').ensureGroup(INBOX_STREAM, 'conductor');
    await as('gateway').publishMany(INBOX_STREAM, [{ inboxId: TASK }]);
    await readOne('conductor', INBOX_STREAM, 'conductor', 'ack');
    const commands = [
      ['XRANGE', INBOX_STREAM, '-', '+'],
      ['XADD', FACTS_STREAM, '*', 'json', '{}'],
      ['XADD', EVENTS_STREAM, '*', 'json', '{}'],
      ['XADD', MINE, '*', 'json', '{}'],
      ['EVAL', 'return 1', 0],
      ['GET', leaseKey(TASK, ME)],
    ] as const;
    for (const command of commands) expect(await answer('gateway', command)).toEqual(refused);
  });

  it('the dispatcher reads events and leases, reports facts, and cannot write either', async () => {
    expect(await as('conductor').relay(EVENTS_STREAM, 0, [{ position: 1, json: '{}', offers: [] }])).toEqual({
      status: 'relayed',
    });
    await readOne('dispatcher', EVENTS_STREAM, 'dispatcher', 'dead');
    await as('dispatcher').ensureGroup(FACTS_STREAM, 'conductor');
    await as('dispatcher').publish(FACTS_STREAM, {});
    await as('conductor').markAlive('conductor', 10_000);
    expect(await as('dispatcher').alive('conductor')).toBe(true);
    const commands = [
      ['XADD', EVENTS_STREAM, '*', 'json', '{}'],
      ['EVAL', "return redis.call('XADD', KEYS[1], '*', 'a', 'b')", 1, EVENTS_STREAM],
      ['XRANGE', FACTS_STREAM, '-', '+'],
      ['XADD', MINE, '*', 'json', '{}'],
      ['SET', leaseKey(TASK, ME), '9:me'],
      ['EVAL', "return redis.call('DEL', KEYS[1])", 1, leaseKey(TASK, ME)],
      ['SET', aliveKey('conductor'), '1'],
    ] as const;
    for (const command of commands) expect(await answer('dispatcher', command)).toEqual(refused);
  });

  it('guard-svc reads events as its own group, reports facts, and can do nothing else', async () => {
    const last = await as('conductor').lastPosition(EVENTS_STREAM);
    await as('conductor').relay(EVENTS_STREAM, last, [{ position: last + 1, json: '{}', offers: [] }]);
    await readOne('guard-svc', EVENTS_STREAM, 'guard-svc', 'dead');
    await as('guard-svc').ensureGroup(FACTS_STREAM, 'conductor');
    await as('guard-svc').publish(FACTS_STREAM, {});
    const commands = [
      ['XADD', EVENTS_STREAM, '*', 'json', '{}'],
      ['XRANGE', FACTS_STREAM, '-', '+'],
      ['XRANGE', MINE, '-', '+'],
      ['XADD', MINE, '*', 'json', '{}'],
      ['XRANGE', 'rig:dead:events:dispatcher', '-', '+'],
      ['GET', leaseKey(TASK, ME)],
      ['SET', aliveKey('conductor'), '1'],
    ] as const;
    for (const command of commands) expect(await answer('guard-svc', command)).toEqual(refused);
  });

  it('the conductor keeps its jobs there, and is not the master of the server', async () => {
    const ran = testSignal<string>('a job');
    const place = { url: urlOf('conductor'), logger: silentLogger, name: 'outbound' };
    const queue = createJobQueue<{ n: number }>(place);
    const worker = createJobWorker<{ n: number }>({
      ...place,
      parse: (data) => accept(data as { n: number }),
      handle: async ({ id }) => ran.emit(id),
    });
    await worker.start();
    await queue.add('job-1', { n: 1 });
    expect(await ran.next(10_000)).toBe('job-1');
    await worker.stop();
    await queue.close();
    expect(await as('conductor').trim(EVENTS_STREAM, 0)).toBeGreaterThanOrEqual(0);
    for (const command of [['FLUSHALL'], ['CONFIG', 'GET', '*'], ['ACL', 'LIST'], ['GET', 'other']] as const) {
      expect(await answer('conductor', command)).toEqual(refused);
    }
  });

  it('the scaler sees lengths and lags, and no entry', async () => {
    expect(await answer('keda', ['XLEN', MINE])).toMatch(/^answered \d+$/);
    expect(await answer('keda', ['XINFO', 'GROUPS', MINE])).toMatch(/^answered/);
    expect(await answer('keda', ['XPENDING', MINE, 'workers'])).toMatch(/^answered/);
    for (const command of [
      ['XRANGE', MINE, '-', '+'],
      ['XADD', MINE, '*', 'a', 'b'],
      ['GET', leaseKey(TASK, ME)],
    ] as const) {
      expect(await answer('keda', command)).toEqual(refused);
    }
  });

  it('nobody comes in without a name, or with a user that has no password', async () => {
    const url = new URL(server.url);
    const anonymous = new Redis({ host: url.hostname, port: Number(url.port), protocol: 2, enableReadyCheck: false });
    await expect(anonymous.call('XLEN', MINE)).rejects.toThrow('NOAUTH');
    await expect(anonymous.call('AUTH', 'gateway', '')).rejects.toThrow('WRONGPASS');
    anonymous.disconnect();
    expect(aclLine(agentUser(ME))).not.toMatch(/nopass|[#>]/);
  });
});
