import type { Decision } from '@rig/guard';
import { oneLine, type Palette } from '../format.js';

/** A decision for people: what, why, and what to do instead. */
export const decisionLines = (decision: Decision, palette: Palette): readonly string[] => {
  if (decision.decision === 'allow') return [palette.good('allowed')];
  const { rule, category, message, alternative, via } = decision;
  return [
    `${palette.bad('blocked')} by ${palette.strong(rule)} (${category})`,
    `  ${oneLine(message, 1_000)}`,
    ...(via.length === 0 ? [] : [`  found through: ${via.map((step) => oneLine(step, 80)).join(' > ')}`]),
    `  instead: ${oneLine(alternative, 1_000)}`,
  ];
};

/** One answer of `rig guard check --jsonl`. */
export interface Answer {
  readonly decision: 'allow' | 'block';
  readonly rule?: string;
  readonly via?: readonly string[];
  /** Why a line could not be read as a question; it is answered with a block. */
  readonly error?: string;
}

export const answerOf = (decision: Decision): Answer => {
  if (decision.decision === 'allow') return { decision: 'allow' };
  const { rule, via } = decision;
  return { decision: 'block', rule, ...(via.length === 0 ? {} : { via }) };
};

/** What cannot be read is refused, like a command that cannot be parsed. */
export const unreadable = (error: string): Answer => ({
  decision: 'block',
  rule: 'guard.unparseable',
  error: oneLine(error, 300),
});
