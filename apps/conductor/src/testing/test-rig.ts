import type { EventStore } from '@rig/event-store';
import type { Inbox } from '@rig/inbox';
import { derivedId, silentLogger, uuidv7, type Clock } from '@rig/kernel';
import { parseAgentsFile, parsePolicyFile, repoPolicy, type AgentsFile, type PolicyFile } from '@rig/policy';
import { createMemoryStreamBus, type StreamBus } from '@rig/stream-bus';
import type { FactBody } from '@rig/contracts';
import { createFlows, type FlowDeps, type Flows } from '../flows/create-flows.js';
import type { OutboundJob } from '../flows/request-outbound.js';
import type { TokenLedger } from '../flows/mint-task-token.js';
import { createMemoryTokenLedger } from './memory-token-ledger.js';
import { createFakeForge, type FakeForge } from './fake-forge.js';

export const AGENTS = `
agents:
  - { id: dev-e-1, role: author, slots: 2, delivery: http, command: { run: node } }
  - { id: dev-e-2, role: author, slots: 100, delivery: http, command: { run: node } }
  - { id: review-e, role: reviewer, slots: 2, command: { run: node } }
`;
export const POLICY = `
defaults: { dispatch: 'on', acceptance: auto }
repositories: { acme/slow: { maxPerHour: 2 } }
`;

const must = <T>(result: { ok: true; value: T } | { ok: false; refusal: { message: string } }): T => {
  if (result.ok) return result.value;
  throw new Error(result.refusal.message);
};

/** What survives a crash of the conductor besides its log: the forge, and what was accepted. */
export interface Outside {
  readonly forge: FakeForge;
  readonly inbox: Map<string, { readonly event: string; readonly payload: unknown; settled: boolean }>;
  /** Called behind every durable write to the inbox; may throw to end the process there. */
  onWrite(): void;
}

export const createOutside = (onWrite: () => void = () => undefined): Outside => ({
  forge: createFakeForge(),
  inbox: new Map(),
  onWrite,
});

export interface TestRig {
  readonly flows: Flows;
  readonly readModels: FlowDeps['readModels'];
  readonly forge: FakeForge;
  readonly store: EventStore;
  readonly bus: StreamBus;
  readonly jobs: OutboundJob[];
  readonly agents: AgentsFile;
  /** Decides a webhook payload as if it had been delivered; `guid` names the delivery. */
  deliver(event: string, payload: unknown, guid?: string): ReturnType<Flows['decideInboxEntry']> | Promise<unknown>;
  /** Decides a fact of an agent or service. */
  report(subject: string, body: FactBody, actor?: string): ReturnType<Flows['decideFact']>;
  types(): Promise<readonly string[]>;
}

/** The conductor's flows over a store, with a forge in memory. */
export const createTestRig = (
  store: EventStore,
  readModels: FlowDeps['readModels'],
  clock: Clock,
  outside: Outside = createOutside(),
  ledger: TokenLedger = createMemoryTokenLedger(),
): TestRig => {
  const { forge, inbox: waiting } = outside;
  const jobs: OutboundJob[] = [];
  const agents = must(parseAgentsFile(AGENTS));
  const policy: PolicyFile = must(parsePolicyFile(POLICY));
  const inbox: Pick<Inbox, 'load' | 'settle'> = {
    load: async (id) => {
      const item = waiting.get(id);
      if (item === undefined) return undefined;
      const { event, payload } = item;
      return {
        kind: 'delivery',
        id,
        guid: id,
        event,
        headers: {},
        body: Buffer.from(JSON.stringify(payload)),
        receivedAt: '2026-03-02T09:30:00.000Z',
        settled: item.settled ? { at: '2026-03-02T09:30:00.000Z', outcome: 'applied', reason: 'APPLIED' } : undefined,
      };
    },
    settle: async (id) => {
      const item = waiting.get(id);
      if (item === undefined || item.settled) return;
      item.settled = true;
      outside.onWrite();
    },
  };
  const bus = createMemoryStreamBus({ clock });
  const flows = createFlows({
    store,
    bus,
    forge,
    minter: forge,
    ledger,
    clock,
    logger: silentLogger,
    apiUrl: 'http://127.0.0.1:1',
    gitUrl: 'http://127.0.0.1:1',
    policyFor: (repo) => repoPolicy(policy, repo),
    agents: () => agents,
    inbox: inbox as Inbox,
    enqueue: async (job) => void jobs.push(job),
    readModels,
  });
  return {
    flows,
    readModels,
    forge,
    store,
    bus,
    jobs,
    agents,
    deliver: (event, payload, guid = uuidv7(clock.now())) => {
      const id = derivedId('delivery', guid);
      if (!waiting.has(id)) waiting.set(id, { event, payload, settled: false });
      return flows.decideInboxEntry(id);
    },
    report: (subject, body, actor = 'dev-e-1') =>
      flows.decideFact({
        id: uuidv7(clock.now()),
        source: 'test',
        subject,
        time: '2026-03-02T09:30:00.000Z',
        actor: { kind: 'agent', id: actor },
        ...body,
      }),
    types: async () => (await store.readAll(0, 10_000)).map((event) => event.type),
  };
};
