import type { GuardVerdict } from '@rig/contracts';
import type { Decision } from '@rig/guard';

/** A decision as it is answered over HTTP. */
export const verdictOf = (decision: Decision): GuardVerdict => {
  if (decision.decision === 'allow') return { decision: 'allow', policyHash: decision.policyHash };
  const { rule, category, message, alternative, via, policyHash } = decision;
  return { decision: 'block', rule, category, message, alternative, via: [...via], policyHash };
};
