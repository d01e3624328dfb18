import { text as readAll } from 'node:stream/consumers';
import { GUARD_LIMITS, judgeCommand, type Decision, type GuardPolicy } from '@rig/guard';
import { usageError } from '../../core/arguments.js';
import { answerOf, decisionLines, unreadable, type Answer } from '../../core/guard/decision-lines.js';
import { parseQuestion } from '../../core/guard/question.js';
import { explainError } from '../explain-error.js';
import { createTerminal, printJson, printOut } from '../terminal.js';
import { answerLines, MAX_LINE } from './answer-lines.js';
import { createPlaces, scriptsOf, type WantedPlace } from './place.js';
import { loadGuardPolicy } from './policy.js';

/** What an agent's client reads as "do not run it". Errors end so, too. */
export const BLOCKED = 2;

type Judge = (command: string, wanted: WantedPlace) => Decision;

const createJudge = (policy: GuardPolicy): Judge => {
  const placeOf = createPlaces(process.env, process.cwd());
  return (command, wanted) => {
    const place = placeOf(wanted);
    return judgeCommand({ command, ...place, policy, scripts: scriptsOf(place.workspace) });
  };
};

const optional = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const placeOptions = (given: Record<string, unknown>): WantedPlace => ({
  cwd: optional(given['cwd']),
  workspace: optional(given['workspace']),
});

/** The command named, or all of standard input for `-`. */
export const commandText = async (command: string | undefined): Promise<string> => {
  if (command === undefined) throw usageError('no command', 'For example: rig guard check "rm -rf build"');
  if (command !== '-') return command;
  const text = await readAll(process.stdin);
  return text.length > GUARD_LIMITS.input ? text : text.replace(/\n$/, '');
};

const checkLines = async (judge: Judge, given: Record<string, unknown>): Promise<number> => {
  const base = placeOptions(given);
  const whole = given['json'] === true;
  const answer = (line: string | undefined): Answer | Decision => {
    if (line === undefined) return unreadable(`the line is longer than ${MAX_LINE} characters`);
    const question = parseQuestion(line);
    if (!question.ok) return unreadable(question.refusal.message);
    const { cmd, cwd, workspace } = question.value;
    const decision = judge(cmd, { cwd: cwd ?? base.cwd, workspace: workspace ?? base.workspace });
    return whole ? decision : answerOf(decision);
  };
  await answerLines({
    input: process.stdin,
    output: process.stdout,
    answer: (line) => JSON.stringify(answer(line)),
  });
  return 0;
};

const check = async (command: string | undefined, given: Record<string, unknown>): Promise<number> => {
  const judge = createJudge(await loadGuardPolicy(given['policy'], process.env));
  if (given['jsonl'] === true) {
    if (command !== undefined)
      throw usageError(
        '--jsonl reads its questions from standard input, and a command is given too',
        'Leave one of them out.',
      );
    return checkLines(judge, given);
  }
  const decision = judge(await commandText(command), placeOptions(given));
  if (given['json'] === true) printJson(decision);
  else printOut(decisionLines(decision, createTerminal(process.stdout, Date.now).palette).join('\n'));
  return decision.decision === 'block' ? BLOCKED : 0;
};

/** `rig guard check`: 0 allowed, 2 blocked; 2 also where no decision was made, so that nothing runs by mistake. */
export const checkCommand = async (command: string | undefined, given: Record<string, unknown>): Promise<number> => {
  try {
    return await check(command, given);
  } catch (error) {
    process.stderr.write(`${(await explainError(error)).text}\n`);
    return BLOCKED;
  }
};
