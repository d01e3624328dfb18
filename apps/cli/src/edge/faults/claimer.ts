import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConductorClient, createGatewayClient, type ConductorClient, type TokenSource } from '@rig/agent-kit';
import { issueSubject, parseFact, type Fact, type TaskBrief } from '@rig/contracts';
import { isoTime, uuidv7 } from '@rig/kernel';
import type { Claimer } from '../../flows/faults/world-parts.js';

export interface ClaimerOptions {
  readonly id: string;
  readonly conductorUrl: string;
  readonly gatewayUrl: string;
  readonly tokens: (agent: string) => TokenSource;
  readonly random: () => number;
  readonly slow: number;
}

const STEPS = ['write'];

const factOf = (id: string, brief: TaskBrief, type: string, data: object): Fact => {
  const number = brief.issue?.number ?? brief.pull?.number ?? 1;
  const fact = parseFact({
    id: uuidv7(Date.now()),
    source: `agent/${id}`,
    actor: { kind: 'agent', id },
    subject: issueSubject(brief.repo, number),
    time: isoTime(Date.now()),
    type,
    data: { taskId: brief.taskId, fence: brief.fence, ...data },
  });
  if (!fact.ok) throw new Error(fact.refusal.message);
  return fact.value;
};

const handedBack = { code: 'HANDED_BACK', message: 'somebody else may have it' };

/** The clients wait and ask again by themselves when they are told that there is too much. */
export const createClaimer = ({ id, conductorUrl, gatewayUrl, tokens, random, slow }: ClaimerOptions): Claimer => {
  const source = tokens(id);
  const conductor: ConductorClient = createConductorClient({ baseUrl: conductorUrl, tokens: source });
  const gateway = createGatewayClient({ baseUrl: gatewayUrl, tokens: source });
  const worker = { name: `${id}-0`, incarnation: randomUUID() };

  /** Starts it, tells of steps unless it only has to go, and hands it back. False when it was not to be started. */
  const work = async (taskId: string, steps: readonly string[]): Promise<boolean> => {
    const started = await conductor.start(taskId, { agentId: id, worker });
    if (!started.ok) return false;
    for (const step of steps) {
      await sleep(random() * slow);
      await gateway.postFacts([factOf(id, started.value, 'WORK_PROGRESSED', { step, message: step })]);
    }
    await gateway.postFacts([factOf(id, started.value, 'WORK_FAILED', handedBack)]);
    return true;
  };

  return {
    id,
    once: async (signal) => {
      const ask = (instance: string) => conductor.nextAssignment({ agentId: id, instance }, signal);
      const answers = await Promise.all([ask(`${id}-0`), ask(`${id}-1`)]);
      const tasks = new Set(
        answers.flatMap((answer) => (answer.ok && answer.value !== null ? [answer.value.taskId] : [])),
      );
      const worked = await Promise.all([...tasks].map((taskId) => work(taskId, STEPS)));
      return worked.filter(Boolean).length;
    },
    drop: async () => {
      const cursor = await conductor.cursor(id);
      if (!cursor.ok) return false;
      for (const { taskId } of cursor.value.inFlight) await work(taskId, []);
      return cursor.value.inFlight.length === 0;
    },
  };
};
