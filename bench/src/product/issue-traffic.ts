import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { INBOX_STREAM, Offer, tasksStream, WORKERS_GROUP } from '@rig/contracts';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { StreamBus } from '@rig/stream-bus';
import { createCaller, type HttpCaller } from '../harness/http.js';
import { issueWebhook } from './payloads.js';
import { openBus } from './stream-entries.js';
import type { Services } from './services.js';

const REPO = 'acme/greeter';
const GIVE_UP_MS = 60_000;

export interface IssueTraffic {
  /** Sends so many issues, so many a second, and answers how long each took to a started attempt, in milliseconds. */
  run(issues: number, perSecond: number): Promise<readonly number[]>;
  close(): Promise<void>;
}

const parseOffer = (json: unknown): Result<Offer, Refusal> => {
  const parsed = Offer.safeParse(json);
  return parsed.success ? accept(parsed.data) : refuse({ code: 'OFFER_INVALID', message: 'not an offer' });
};

/** Workers that only start: they take an offer, ask for the attempt and say when they hold it. */
const startWorkers = async (
  bus: StreamBus,
  conductor: HttpCaller,
  services: Services,
  agents: readonly string[],
  held: (issue: number) => void,
) => {
  const consumers = agents.map((agent) =>
    bus.consume({
      stream: tasksStream(agent),
      group: WORKERS_GROUP,
      consumer: `${agent}-0`,
      concurrency: 16,
      parse: parseOffer,
      handle: async ({ value }) => {
        const body = JSON.stringify({ agentId: agent, worker: { name: `${agent}-0`, incarnation: randomUUID() } });
        const headers = { authorization: services.authorization(agent), 'content-type': 'application/json' };
        const answer = await conductor.call('POST', `/api/tasks/${value.taskId}/start`, headers, body);
        if (answer.status === 200) held(value.issue ?? 0);
        return { verdict: 'ack' };
      },
    }),
  );
  for (const consumer of consumers) await consumer.start();
  return consumers;
};

/** Issues on their way: when each was due, and how long those took that have arrived. */
const createStopwatch = () => {
  const due = new Map<number, number>();
  let taken: number[] = [];
  let onTaken: () => void = () => undefined;
  return {
    begin: (issue: number, at: number): void => void due.set(issue, at),
    end: (issue: number): void => {
      const at = due.get(issue);
      if (at === undefined) return;
      due.delete(issue);
      taken.push(performance.now() - at);
      onTaken();
    },
    /** Resolves when so many have arrived, to their times. */
    collect: (issues: number, withinMs: number): Promise<readonly number[]> => {
      taken = [];
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${taken.length} of ${issues} issues were begun`)), withinMs);
        onTaken = () => {
          if (taken.length < issues) return;
          clearTimeout(late);
          resolve(taken);
        };
      });
    },
  };
};

const untilDecided = async (bus: StreamBus): Promise<void> => {
  const giveUpAt = Date.now() + GIVE_UP_MS;
  while (Date.now() < giveUpAt) {
    const [inbox] = await bus.groups(INBOX_STREAM);
    if (inbox?.lag === 0 && inbox.pending === 0) return;
    await pause(50);
  }
};

/** Webhooks at one end, workers at the other; the services between them are the product's. */
export const openIssueTraffic = async (
  services: Services,
  valkey: string,
  agents: readonly string[],
): Promise<IssueTraffic> => {
  const gateway = createCaller(services.urls.gateway, 64);
  const conductor = createCaller(services.urls.conductor, 64);
  const bus = openBus(valkey);
  const watch = createStopwatch();
  const consumers = await startWorkers(bus, conductor, services, agents, watch.end);
  let last = 0;
  const deliver = async (number: number, action: 'opened' | 'closed', at: string): Promise<void> => {
    const body = issueWebhook(REPO, number, action, at);
    const answer = await gateway.call('POST', '/api/webhook/github', services.signed('issues', body), body);
    if (answer.status !== 202) throw new Error(`the gateway answered ${answer.status}: ${answer.text}`);
  };
  return {
    run: async (issues, perSecond) => {
      const first = last + 1;
      last += issues;
      const arriving = watch.collect(issues, GIVE_UP_MS + (issues / perSecond) * 1_000);
      const began = performance.now();
      const deliveries: Promise<void>[] = [];
      for (let n = 0; n < issues; n++) {
        const due = began + (n / perSecond) * 1_000;
        await pause(Math.max(0, due - performance.now()));
        // By the time at which it was due: a sender that lags must not make the product look faster.
        watch.begin(first + n, Math.min(due, performance.now()));
        deliveries.push(deliver(first + n, 'opened', '2026-01-01T00:00:00Z'));
      }
      await Promise.all(deliveries);
      const times = await arriving;
      // What was begun is ended, so that the next run finds free slots and no lease runs out meanwhile.
      for (let number = first; number <= last; number++) await deliver(number, 'closed', '2026-01-02T00:00:00Z');
      await untilDecided(bus);
      return times;
    },
    close: async () => {
      for (const consumer of consumers) await consumer.stop();
      await bus.close();
      gateway.close();
      conductor.close();
    },
  };
};
