import { GUARD_DEFAULT_WORKSPACE, type GuardQuestion } from '@rig/contracts';
import { judgeCommand, judgeToolCall, type Decision, type GuardPolicy, type Place } from '@rig/guard';

export interface CheckCommandsDeps {
  policy(): GuardPolicy;
  /** Lets others have a turn: a hundred long commands must not hold up a health check. */
  pause(): Promise<void>;
  /** Seconds since some moment. */
  seconds(): number;
  onDecision(decision: Decision, seconds: number): void;
}

const placeOf = ({ cwd, workspace }: GuardQuestion, policy: GuardPolicy): Place => {
  const root = workspace ?? cwd ?? GUARD_DEFAULT_WORKSPACE;
  return { cwd: cwd ?? root, workspace: root, policy };
};

const judge = (question: GuardQuestion, policy: GuardPolicy): Decision => {
  const place = placeOf(question, policy);
  const texts = new Map(Object.entries(question.scripts ?? {}));
  const scripts = (path: string): string | undefined => texts.get(path);
  if (question.cmd !== undefined) return judgeCommand({ ...place, command: question.cmd, scripts });
  return judgeToolCall({ ...place, tool: question.tool ?? '', input: question.input, scripts });
};

/** Decides questions in order. Needs neither a database nor a stream, and depends on the questions and the policy alone. */
export const createCheckCommands =
  ({ policy, pause, seconds, onDecision }: CheckCommandsDeps) =>
  async (questions: readonly GuardQuestion[]): Promise<readonly Decision[]> => {
    const now = policy();
    const decisions: Decision[] = [];
    for (const question of questions) {
      if (decisions.length > 0) await pause();
      const began = seconds();
      const decision = judge(question, now);
      onDecision(decision, seconds() - began);
      decisions.push(decision);
    }
    return decisions;
  };

export type CheckCommands = ReturnType<typeof createCheckCommands>;
