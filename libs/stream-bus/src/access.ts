import {
  aliveKey,
  deadStream,
  EVENTS_STREAM,
  FACTS_STREAM,
  GROUPS,
  INBOX_STREAM,
  leasesOf,
  LEASES,
  nameKey,
  tasksStream,
  WORKERS_GROUP,
  workersOf,
} from '@rig/contracts';
import { redriveStream } from './consumer/entry-source.js';

/**
 * Commands together with the keys they are for. Keys are ACL patterns: `~` read and write, `%R~` read, `%W~` write.
 * A user's grants do not add up: XADD to one key and XACK on another do not make XADD on the other.
 */
export interface Grant {
  readonly commands: readonly string[];
  readonly keys: readonly string[];
}

export interface ValkeyUser {
  readonly name: string;
  readonly grants: readonly Grant[];
}

type GroupedStream = keyof typeof GROUPS;

/** What every connection of the bus needs: to name itself, to see that the server is ready, to end its own wait. */
const CONNECTION: Grant = {
  commands: [
    'ping',
    'hello',
    'auth',
    'select',
    'info',
    'client|setname',
    'client|setinfo',
    'client|id',
    'client|unblock',
  ],
  keys: [],
};
const SCRIPTS = ['eval', 'evalsha'];

const publish = (stream: string): Grant => ({ commands: ['xadd'], keys: [`%W~${stream}`] });

/** Makes the groups of a stream, as whoever comes first does. */
const makeGroups = (streams: readonly GroupedStream[]): Grant => ({
  commands: ['xgroup|create'],
  keys: streams.flatMap((stream) => [
    `%W~${stream}`,
    ...GROUPS[stream].map((group) => `%W~${redriveStream(stream, group)}`),
  ]),
});

/**
 * Reads a stream as a member of one group. A script names all its keys at once, so `others` are the other keys of scripts
 * that also name the stream; what happens to each key inside is held by the other grants.
 */
const consume = (stream: string, group: string, others: readonly string[] = []): readonly Grant[] => {
  const [redriven, dead] = [redriveStream(stream, group), deadStream(stream, group)];
  return [
    { commands: SCRIPTS, keys: [stream, redriven, dead, ...others].map((key) => `~${key}`) },
    {
      commands: ['xreadgroup', 'xack', 'xpending', 'xclaim', 'xrange', 'xgroup|create'],
      keys: [`~${stream}`, `~${redriven}`],
    },
    { commands: ['xdel'], keys: [`%W~${redriven}`] },
    { commands: ['xadd'], keys: [`%W~${dead}`] },
  ];
};

/** Says that a HOSTNAME is its own, and learns who said so before. */
const claimNames = (of: string): Grant => ({ commands: ['set'], keys: [`~${nameKey(of, '*')}`] });

const gateway: ValkeyUser = {
  name: 'gateway',
  grants: [CONNECTION, publish(INBOX_STREAM), makeGroups([INBOX_STREAM]), claimNames('gateway')],
};

const dispatcher: ValkeyUser = {
  name: 'dispatcher',
  grants: [
    CONNECTION,
    ...consume(EVENTS_STREAM, 'dispatcher'),
    publish(FACTS_STREAM),
    makeGroups([EVENTS_STREAM, FACTS_STREAM]),
    { commands: ['eval_ro', 'evalsha_ro', 'get', 'pttl'], keys: [`%R~${LEASES}`] },
    { commands: ['exists'], keys: [`%R~${aliveKey('conductor')}`] },
    claimNames('dispatcher'),
  ],
};

const guardSvc: ValkeyUser = {
  name: 'guard-svc',
  grants: [
    CONNECTION,
    ...consume(EVENTS_STREAM, 'guard-svc'),
    publish(FACTS_STREAM),
    makeGroups([EVENTS_STREAM, FACTS_STREAM]),
    claimNames('guard-svc'),
  ],
};

/** Owns the bus: relays, trims, redrives, and keeps its jobs there. Not the server: no CONFIG, no FLUSHALL, no ACL. */
const conductor: ValkeyUser = {
  name: 'conductor',
  grants: [{ commands: ['@all', '-@dangerous', '-@admin', ...CONNECTION.commands], keys: ['~rig:*'] }],
};

const keda: ValkeyUser = {
  name: 'keda',
  grants: [
    {
      commands: [
        'ping',
        'hello',
        'auth',
        'select',
        'client|setinfo',
        'client|setname',
        'info',
        'xinfo|groups',
        'xlen',
        'xpending',
      ],
      keys: ['~rig:*'],
    },
  ],
};

/** The users of Rig's own services. */
export const serviceUsers: readonly ValkeyUser[] = [conductor, dispatcher, gateway, guardSvc, keda];

/** The user of one agent's workers: their own offers, their own leases, nothing of anybody else. */
export const agentUser = (agent: string): ValkeyUser => {
  const stream = tasksStream(agent);
  const leases = leasesOf(agent);
  return {
    name: `agent-${agent}`,
    grants: [
      CONNECTION,
      ...consume(stream, WORKERS_GROUP, [leases]),
      { commands: ['exists', 'xinfo|groups'], keys: [`%R~${stream}`, `%R~${redriveStream(stream, WORKERS_GROUP)}`] },
      { commands: ['get', 'set'], keys: [`~${leases}`] },
      claimNames(workersOf(agent)),
    ],
  };
};

const signed = (command: string): string => (command.startsWith('-') ? command : `+${command}`);
const rules = ({ commands, keys }: Grant): string => [...keys, ...commands.map(signed)].join(' ');

/**
 * One line of a Valkey ACL file. Without a password's hash the user exists and nobody can log in as it.
 * @param passwordHash  SHA-256 of the password, hexadecimal
 */
export const aclLine = ({ name, grants }: ValkeyUser, passwordHash?: string): string => {
  const [own, ...selectors] = grants;
  const password = passwordHash === undefined ? [] : [`#${passwordHash}`];
  const main = own === undefined ? [] : [rules(own)];
  return [
    'user',
    name,
    'on',
    'sanitize-payload',
    ...password,
    ...main,
    ...selectors.map((grant) => `(${rules(grant)})`),
  ].join(' ');
};

/** The line that closes the door for whoever gives no name. */
export const DEFAULT_USER_OFF = 'user default off';
