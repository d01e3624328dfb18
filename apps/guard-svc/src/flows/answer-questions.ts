import type { GuardQuestion, GuardVerdicts } from '@rig/contracts';
import type { Clock } from '@rig/kernel';
import { verdictOf } from '../core/verdict.js';
import type { CheckCommands } from './check-commands.js';
import type { ReportBlocks } from './report-blocks.js';
import { blockFact } from './to-fact.js';

export interface AnswerQuestionsDeps {
  readonly check: CheckCommands;
  readonly report: ReportBlocks['report'];
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Answers an agent's questions, and records those that were refused.
 * @param agent  undefined for a person: nothing is recorded then
 */
export const createAnswerQuestions =
  ({ check, report, clock }: AnswerQuestionsDeps) =>
  async (questions: readonly GuardQuestion[], agent: string | undefined): Promise<GuardVerdicts> => {
    const decided = await check(questions);
    const decisions = decided.map(verdictOf);
    if (agent === undefined) return { decisions };
    const now = clock.now();
    const facts = questions.flatMap((question, n) => {
      const decision = decided[n];
      return decision?.decision === 'block' ? [blockFact(agent, question, decision, now)] : [];
    });
    return facts.length === 0 ? { decisions } : { decisions, recorded: await report(facts) };
  };

export type AnswerQuestions = ReturnType<typeof createAnswerQuestions>;
