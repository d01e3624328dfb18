import { agentSubject } from '@rig/contracts';
import type { AgentConfig, AgentRole, Pauses } from '@rig/policy';
import type { Capacity } from './capacity.js';
import { Ranked } from './ranked.js';
import { Tally } from './tally.js';

/**
 * How an agent stands to new work: `free`; `full` and `rated` (slots or hourly rate used up); `claims` (it asks for
 * work itself); `paused`.
 */
export type Standing = 'free' | 'full' | 'rated' | 'claims' | 'paused';

/** An agent with what decides whether it is chosen, as it was when it was last looked at. */
export interface Member {
  readonly agent: AgentConfig;
  /** Place in the configuration. */
  readonly index: number;
  readonly standing: Standing;
  /** Share of its slots that is taken. */
  readonly load: number;
  readonly recent: number;
}

/** The less loaded first. */
export const lessLoaded = (a: Member, b: Member): number =>
  a.load - b.load || a.recent - b.recent || (a.agent.id < b.agent.id ? -1 : a.agent.id > b.agent.id ? 1 : 0);

/** Agents of one role that can do the same. */
export interface Pool {
  readonly role: AgentRole;
  readonly capabilities: ReadonlySet<string>;
  /** In the order of the configuration. */
  readonly ids: readonly string[];
  readonly free: Ranked<Member>;
  /** Members by standing. */
  readonly standings: Tally;
}

const standingOf = (agent: AgentConfig, pauses: Pauses, held: number, recent: number): Standing => {
  if (pauses[agentSubject(agent.id)] !== undefined) return 'paused';
  if (agent.delivery === 'http') return recent >= agent.maxPerHour ? 'rated' : 'claims';
  if (held >= agent.slots) return 'full';
  return recent >= agent.maxPerHour ? 'rated' : 'free';
};

const poolKey = ({ role, capabilities }: AgentConfig): string => [role, ...new Set([...capabilities].sort())].join(' ');

/** The agents of a configuration in pools, each in its place. */
export class Crew {
  readonly pools: readonly Pool[];
  /** Members that are not paused, of any role. */
  #awake = 0;
  readonly #members = new Map<string, Member>();
  readonly #poolOf = new Map<string, Pool>();
  readonly #capacity: Capacity;
  readonly #pauses: Pauses;

  constructor(agents: readonly AgentConfig[], capacity: Capacity, pauses: Pauses) {
    this.#capacity = capacity;
    this.#pauses = pauses;
    const pools = new Map<string, Pool & { readonly ids: string[] }>();
    agents.forEach((agent, index) => {
      const { role, capabilities } = agent;
      const key = poolKey(agent);
      const pool = pools.get(key) ?? {
        role,
        capabilities: new Set(capabilities),
        ids: [],
        free: new Ranked<Member>(lessLoaded),
        standings: new Tally(),
      };
      pools.set(key, pool);
      pool.ids.push(agent.id);
      this.#poolOf.set(agent.id, pool);
      this.#join(pool, this.#look(agent, index));
    });
    this.pools = [...pools.values()];
  }

  get size(): number {
    return this.#members.size;
  }

  get awake(): number {
    return this.#awake;
  }

  member(id: string): Member | undefined {
    return this.#members.get(id);
  }

  /** Looks at an agent again. @returns its pool when it stands otherwise now than before */
  refresh(id: string): Pool | undefined {
    const before = this.#members.get(id);
    const pool = this.#poolOf.get(id);
    if (before === undefined || pool === undefined) return undefined;
    if (before.standing === 'free') pool.free.remove(before);
    pool.standings.add(before.standing, -1);
    if (before.standing !== 'paused') this.#awake -= 1;
    const now = this.#look(before.agent, before.index);
    this.#join(pool, now);
    return now.standing === before.standing ? undefined : pool;
  }

  /** The first of these pools' agents, in the order of the configuration, that stands so. */
  firstWho(pools: readonly Pool[], fits: (member: Member) => boolean): Member | undefined {
    let first: Member | undefined;
    for (const pool of pools) {
      for (const id of pool.ids) {
        const member = this.#members.get(id);
        if (member === undefined || !fits(member)) continue;
        if (first === undefined || member.index < first.index) first = member;
        break;
      }
    }
    return first;
  }

  #join(pool: Pool, member: Member): void {
    this.#members.set(member.agent.id, member);
    pool.standings.add(member.standing, 1);
    if (member.standing === 'free') pool.free.add(member);
    if (member.standing !== 'paused') this.#awake += 1;
  }

  #look(agent: AgentConfig, index: number): Member {
    const held = this.#capacity.held(agent.id);
    const recent = this.#capacity.recent(agent.id, '').ofAgent;
    const standing = standingOf(agent, this.#pauses, held, recent);
    return { agent, index, standing, load: held / agent.slots, recent };
  }
}
