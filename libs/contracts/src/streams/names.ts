import type { AgentId } from '../values.js';
import type { z } from 'zod';

/** The streams of the bus. */
export const INBOX_STREAM = 'rig:inbox';
export const FACTS_STREAM = 'rig:facts';
export const EVENTS_STREAM = 'rig:events';

/** Where offers for one agent lie. */
export const tasksStream = (agent: z.infer<typeof AgentId>): string => `rig:${agent}:tasks`;

/** The consumer group of an agent's workers. */
export const WORKERS_GROUP = 'workers';

/** Consumer groups by the stream they read; each is made in advance, at `0`, by the side that writes. */
export const GROUPS = {
  [INBOX_STREAM]: ['conductor'],
  [FACTS_STREAM]: ['conductor'],
  [EVENTS_STREAM]: ['conductor.gate', 'conductor.outbound', 'dispatcher', 'guard-svc'],
} as const;

/** Where entries of one (stream, group) go after their last try. */
export const deadStream = (stream: string, group: string): string => `rig:dead:${stream.replace(/^rig:/, '')}:${group}`;

/**
 * Key of the lease that the worker of an attempt renews. It names the agent, so that a worker can be kept from the leases
 * of other agents' tasks: ending one would take the task from its worker, renewing one would keep a dead worker's.
 */
export const leaseKey = (taskId: string, agent: z.infer<typeof AgentId>): string => `rig:lease:${agent}:${taskId}`;

/** ACL pattern of the leases that an agent's workers renew. */
export const leasesOf = (agent: z.infer<typeof AgentId>): string => leaseKey('*', agent);

/** ACL pattern of every lease. */
export const LEASES = 'rig:lease:*';

/**
 * Key under which a process says that a HOSTNAME is its own; `of` is the service, or `agent.<id>` for a worker. Consumers
 * are named by HOSTNAME, so that two with one name would take each other's entries.
 */
export const nameKey = (of: string, hostname: string): string => `rig:name:${of}:${hostname}`;

/** Whose names an agent's workers have. */
export const workersOf = (agent: z.infer<typeof AgentId>): string => `agent.${agent}`;

/** Key under which a service says that it lives. */
export const aliveKey = (service: string): string => `rig:alive:${service}`;
