import { agentSubject, type Fact, type GuardQuestion } from '@rig/contracts';
import type { Decision } from '@rig/guard';
import { derivedId, isoTime, uuidv7 } from '@rig/kernel';
import type { Spike } from '../core/spikes.js';
import { SHELL_TOOL, toldOf } from '../core/told.js';

/** Who the service's facts come from. */
export const GUARD_SVC = { kind: 'service', id: 'guard-svc' } as const;

const SOURCE = 'rig/guard-svc';

/**
 * The fact that one of an agent's commands was refused here.
 * @param now  milliseconds since 1970
 */
export const blockFact = (
  agent: string,
  question: GuardQuestion,
  decision: Decision & { readonly decision: 'block' },
  now: number,
): Fact => {
  const id = question.id === undefined ? uuidv7(now) : derivedId('checked by guard-svc', agent, question.id);
  const time = isoTime(now);
  const workspace = question.workspace ?? question.cwd;
  return {
    id,
    source: SOURCE,
    subject: agentSubject(agent),
    time,
    correlationid: id,
    actor: GUARD_SVC,
    type: 'GUARD_BLOCKED',
    data: {
      agent,
      taskId: question.taskId ?? null,
      fence: question.fence ?? null,
      tool: question.tool ?? SHELL_TOOL,
      rule: decision.rule,
      category: decision.category,
      command: toldOf(question),
      via: decision.via.slice(0, 64).map((step) => step.slice(0, 200)),
      ...(workspace === undefined ? {} : { workspace: workspace.slice(0, 1_024) }),
      policyHash: decision.policyHash,
      canary: false,
      blockedAt: time,
    },
  };
};

/** The fact that tells of a spike. Its id follows from the log, so that whoever finds it again reports the same. */
export const spikeFact = (spike: Spike): Fact => {
  const id = derivedId('guard-spike', spike.cause, spike.trigger.id);
  return {
    id,
    source: SOURCE,
    subject: agentSubject(spike.agent),
    time: isoTime(spike.at),
    correlationid: spike.trigger.id,
    causationid: spike.trigger.id,
    actor: GUARD_SVC,
    type: 'GUARD_SPIKE',
    data: {
      agent: spike.agent,
      cause: spike.cause,
      blocks: spike.blocks,
      windowFrom: isoTime(spike.from),
      windowTo: isoTime(spike.at),
      weekBlocks: spike.weekBlocks,
      rules: spike.rules.map(({ rule, blocks }) => ({ rule, blocks })),
      taskId: spike.taskId,
      taskSubject: spike.taskSubject,
    },
  };
};
