import { agentSubject, repoOfSubject, repoSubject, type RigEvent, type TaskKind } from '@rig/contracts';
import type { Recent } from '@rig/policy';
import type { Intent } from './intent.js';
import { Tally } from './tally.js';
import { Touched } from './touched.js';

/** A proposal that was sent and not yet answered by an event. */
export interface Proposal {
  readonly factId: string;
  readonly intent: Intent;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
}

/** A proposal that got no answer for so long may be made again, in milliseconds; the outbox resends at the same pace. */
export const ANSWER_WITHIN_MS = 5_000;

const repoOf = (subject: string): string => repoOfSubject(subject) ?? '';

/** Assignments that are on their way, counted by agent and repository. */
export class Load {
  readonly #held = new Tally();
  readonly #ofAgent = new Tally();
  readonly #inRepository = new Tally();

  /** Counts an assignment, or takes it back. */
  add(agent: string, repo: string, kind: TaskKind, by: 1 | -1): void {
    this.#held.add(agent, by);
    if (kind !== 'implement' && kind !== 'review') return;
    this.#ofAgent.add(agent, by);
    if (kind === 'implement') this.#inRepository.add(repo, by);
  }

  heldBy(agent: string): number {
    return this.#held.of(agent);
  }

  recent(agent: string, repo: string): Recent {
    return { ofAgent: this.#ofAgent.of(agent), inRepository: this.#inRepository.of(repo) };
  }
}

/** Proposals without an answer by the intent's key, in the order in which they were sent. */
export class InFlight {
  /** Streams of what was sent, answered or forgotten. */
  readonly touched = new Touched();
  readonly load = new Load();
  readonly #byKey = new Map<string, Proposal>();
  readonly #keyOfFact = new Map<string, string>();

  get size(): number {
    return this.#byKey.size;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  get(key: string): Proposal | undefined {
    return this.#byKey.get(key);
  }

  values(): IterableIterator<Proposal> {
    return this.#byKey.values();
  }

  set(key: string, proposal: Proposal): void {
    this.delete(key);
    this.#byKey.set(key, proposal);
    this.#keyOfFact.set(proposal.factId, key);
    this.#count(proposal.intent, 1);
  }

  delete(key: string): void {
    const proposal = this.#byKey.get(key);
    if (proposal === undefined) return;
    this.#byKey.delete(key);
    if (this.#keyOfFact.get(proposal.factId) === key) this.#keyOfFact.delete(proposal.factId);
    this.#count(proposal.intent, -1);
  }

  /** The key of the proposal that was sent as this fact. */
  keyOf(factId: string): string | undefined {
    return this.#keyOfFact.get(factId);
  }

  #count(intent: Intent, by: 1 | -1): void {
    this.touched.add(intent.subject);
    if (intent.kind !== 'assign') return;
    const repo = repoOf(intent.subject);
    this.load.add(intent.agent, repo, intent.task, by);
    this.touched.add(agentSubject(intent.agent));
    this.touched.add(repoSubject(repo));
  }
}

/** Forgets what an event answers. In place. */
export const answer = (inFlight: InFlight, event: RigEvent): void => {
  for (const factId of [event.causationid, event.type === 'FACT_REFUSED' ? event.data.factId : undefined]) {
    const key = factId === undefined ? undefined : inFlight.keyOf(factId);
    if (key !== undefined) inFlight.delete(key);
  }
};

/** Forgets what was not answered in time. In place. */
export const expire = (inFlight: InFlight, now: number): void => {
  for (const { intent, sentAt } of inFlight.values()) {
    // What was sent later runs out later.
    if (sentAt + ANSWER_WITHIN_MS > now) return;
    inFlight.delete(intent.key);
  }
};
