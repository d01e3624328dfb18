import { randomUUID } from 'node:crypto';
import type { CommittedEnvelope, RigEvent } from '@rig/contracts';
import { toFact } from '@rig/dispatcher/dist/flows/to-fact.js';
import type { AgentConfig } from '@rig/policy';
import { rate } from '../harness/alternate.js';
import { author, migrateConductor, openConductor, openConductorPool, OPEN_POLICY, SCHEMA } from './conductor.js';
import { applyToBoard, emptyBoard, InFlight, Planner } from './dispatcher.js';
import { loadHistory } from './history.js';
import { readyIssue } from './past-issues.js';

/** A rig that has worked for a while: its log, its read models, its dispatcher. */
export interface AgedRig {
  /** Files and approves so many issues, 32 at once; resolves to events a second. */
  append(issues: number): Promise<number>;
  /** Gives so many of them to agents that ask, 16 at once; resolves to assignments a second. */
  claim(issues: number): Promise<number>;
  /** One issue after the other, from its approval to its assignment; resolves to the milliseconds of each. */
  dispatch(issues: number): Promise<readonly number[]>;
  close(): Promise<void>;
}

export interface Age {
  /** Issues from filing to merge, 19 events each. */
  readonly past: number;
  readonly agents: number;
}

const WRITERS = 32;
const CLAIMERS = 16;
const REPOSITORIES = 10;
const SLOTS = 1_000;

/** Half of them ask for work, half of them get offers. */
const crewOf = (agents: number): readonly AgentConfig[] =>
  Array.from({ length: agents }, (_, index) => ({
    ...author(index, SLOTS),
    delivery: index % 2 === 0 ? ('http' as const) : ('stream' as const),
  }));

/** Does a thing so many times, some at once. */
const inParallel = async (times: number, lanes: number, one: (turn: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < times) await one(next++);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, times) }, lane));
};

const createFiling = (store: ReturnType<typeof openConductor>['store'], past: number) => {
  let filed = past;
  return async (): Promise<readonly CommittedEnvelope[]> => {
    const index = filed++;
    const at = new Date().toISOString();
    const place = { repo: `acme/repo-${index % REPOSITORIES}`, number: 1 + 2 * Math.floor(index / REPOSITORIES) };
    const story = readyIssue({ ...place, author: '', reviewer: '', at });
    const events = story.map(({ body }) => ({
      ...body,
      id: randomUUID(),
      source: 'rig/conductor',
      dataschema: `rig:${body.type}:1`,
      time: at,
      actor: { kind: 'forge' as const, id: 'ada' },
    }));
    const subject = story[0]?.subject ?? '';
    const outcome = await store.append({ writes: [{ subject, expectedVersion: 0, events }] });
    if (outcome.status !== 'appended') throw new Error(`an append ended as ${outcome.status}`);
    return outcome.events;
  };
};

/** The dispatcher's part of the way: its board and planner, and the fact it would send. */
const createDispatch = (conductor: ReturnType<typeof openConductor>, agents: readonly AgentConfig[]) => {
  const board = emptyBoard();
  const inFlight = new InFlight();
  const planner = new Planner(board, inFlight);
  const config = { agents: [...agents], policyOf: () => OPEN_POLICY };
  return async (events: readonly CommittedEnvelope[]): Promise<void> => {
    for (const event of events) applyToBoard(board, event as RigEvent, Date.now());
    const [intent] = planner.decide(config, Date.now()).intents;
    if (intent?.kind !== 'assign') throw new Error('the dispatcher gave the issue to nobody');
    const outcome = await conductor.flows.decideFact(toFact(intent, board, Date.now()));
    if (outcome.status !== 'committed') throw new Error(`the assignment ended as ${JSON.stringify(outcome)}`);
    for (const event of outcome.events) applyToBoard(board, event, Date.now());
  };
};

/** Loads the past by COPY and opens the conductor's own flows over it. */
export const openAgedRig = async (url: string, { past, agents: count }: Age): Promise<AgedRig> => {
  const pool = openConductorPool(url);
  await migrateConductor(pool);
  await loadHistory(pool, { schema: SCHEMA, past, ready: 0, repositories: REPOSITORIES, agents: 10 });
  const agents = crewOf(count);
  const askers = agents.filter(({ delivery }) => delivery === 'http');
  const conductor = openConductor(pool, agents);
  const file = createFiling(conductor.store, past);
  const dispatch = createDispatch(conductor, agents);
  let asked = 0;
  return {
    append: (issues) => rate(3 * issues, () => inParallel(issues, WRITERS, async () => void (await file()))),
    claim: (issues) =>
      rate(issues, () =>
        inParallel(issues, CLAIMERS, async () => {
          const agent = askers[asked++ % askers.length];
          const outcome = agent && (await conductor.flows.claimNext(agent, 'implement', `claimer-${asked}`));
          if (outcome?.ok !== true) throw new Error('a claim came back with nothing');
        }),
      ),
    dispatch: async (issues) => {
      const times: number[] = [];
      for (let n = 0; n < issues; n++) {
        const began = performance.now();
        await dispatch(await file());
        times.push(performance.now() - began);
      }
      return times;
    },
    close: () => conductor.close(),
  };
};
