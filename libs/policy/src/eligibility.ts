import type { TaskKind } from '@rig/contracts';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { AgentConfig, AgentRole } from './agents-file.js';
import type { RepositoryPolicy } from './repository-policy.js';

/** What is asked: may this agent get this task now? Push and pull ask the same question. */
export interface EligibilityQuestion {
  readonly agent: AgentConfig;
  readonly kind: TaskKind;
  /** Labels of the issue the task is for. */
  readonly labels: readonly string[];
  readonly policy: RepositoryPolicy;
  /** Tasks the agent holds now. */
  readonly inFlight: number;
  /** For a review: the agent that wrote the pull request. */
  readonly author: string | null;
}

export const roleFor = (kind: TaskKind): AgentRole => (kind === 'review' ? 'reviewer' : 'author');

const missingCapability = (question: EligibilityQuestion): string | undefined =>
  question.labels
    .flatMap((label) => (label.startsWith('requires-') ? [label.slice('requires-'.length)] : []))
    .find((needed) => !question.agent.capabilities.includes(needed));

/**
 * The one rule of who may get what. Refusal codes: DISPATCH_OFF, TIER_NEEDS_PERSON, WRONG_ROLE, OWN_WORK,
 * CAPABILITY_MISSING, NO_FREE_SLOT.
 */
export const eligible = (question: EligibilityQuestion): Result<true, Refusal> => {
  const { agent, kind, policy } = question;
  if (policy.dispatch === 'off') {
    return refuse({
      code: 'DISPATCH_OFF',
      message: 'the repository is set to dispatch: off',
      fix: 'Set dispatch: on for it in rig.policy.yaml.',
    });
  }
  if (policy.tier === 'T3') {
    return refuse({ code: 'TIER_NEEDS_PERSON', message: 'the repository is tier T3, which agents never work on' });
  }
  if (agent.role !== roleFor(kind)) {
    return refuse({ code: 'WRONG_ROLE', message: `${agent.id} is ${agent.role}, the task needs ${roleFor(kind)}` });
  }
  if (kind === 'review' && question.author === agent.id) {
    return refuse({ code: 'OWN_WORK', message: `${agent.id} wrote the pull request and cannot review it` });
  }
  const missing = missingCapability(question);
  if (missing !== undefined && kind === 'implement') {
    return refuse({
      code: 'CAPABILITY_MISSING',
      message: `${agent.id} lacks the capability ${missing}`,
      fix: `Give an agent the capability ${missing} in rig.agents.yaml, or take the label requires-${missing} off.`,
    });
  }
  if (question.inFlight >= agent.slots) {
    return refuse({
      code: 'NO_FREE_SLOT',
      message: `${agent.id} holds ${question.inFlight} of ${agent.slots} tasks`,
      fix: 'Wait, or raise its slots in rig.agents.yaml.',
    });
  }
  return accept(true);
};
