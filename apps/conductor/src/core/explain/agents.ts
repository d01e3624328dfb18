import type { TaskKind } from '@rig/contracts';
import { eligibilityClauses, pauseFor, type Clause, type Recent } from '@rig/policy';
import { say, sayAt, type AgentAnswer, type ExplainInput, type Statement } from './statement.js';

const isFix = (kind: TaskKind): boolean => kind === 'fix-ci' || kind === 'fix-review';

/** Every clause of the rule for every agent; a fix is asked of the author of the pull request alone. */
export const agentAnswers = (input: ExplainInput, kind: TaskKind): readonly AgentAnswer[] => {
  const { issue, pull, policy, pauses } = input;
  const author = pull?.agent ?? null;
  return input.agents
    .filter(({ agent }) => !isFix(kind) || agent.id === author)
    .map(({ agent, inFlight, given }) => {
      const recent: Recent = { ofAgent: given, inRepository: input.givenInRepository };
      const question = {
        agent,
        kind,
        repo: issue.repo,
        labels: issue.labels,
        policy,
        inFlight,
        author,
        pauses,
        recent,
      };
      const clauses = eligibilityClauses(kind === 'implement' ? { ...question, author: null } : question);
      return { agent: agent.id, eligible: clauses.every(({ holds }) => holds), clauses };
    });
};

/** Clauses that say the same of every agent: told once, for the repository. */
const SHARED: ReadonlySet<string> = new Set(['DISPATCH_OFF', 'TIER_NEEDS_PERSON']);

type Failing = Clause & { readonly holds: false };

const failing = (answer: AgentAnswer): readonly Failing[] =>
  answer.clauses.filter((clause): clause is Failing => !clause.holds);

const pausePosition = (input: ExplainInput, agent?: string): readonly number[] => {
  const pause = pauseFor(input.pauses, input.issue.repo, agent);
  return pause === undefined ? [] : [pause.position];
};

const sentence = (input: ExplainInput, agent: string, clause: Failing): Statement =>
  sayAt(clause.message, ...(clause.code === 'PAUSED' ? pausePosition(input, agent) : []));

/** What is wrong for all: the pause of the repository or of everything, and the policy. */
const shared = (input: ExplainInput, answers: readonly AgentAnswer[]): readonly Failing[] => {
  const forAll = pauseFor(input.pauses, input.issue.repo) !== undefined;
  const [first] = answers;
  return first === undefined
    ? []
    : failing(first).filter(({ code }) => SHARED.has(code) || (code === 'PAUSED' && forAll));
};

const ready = (input: ExplainInput, id: string, later: boolean): string => {
  if (later) return `${id} may have it then`;
  const config = input.agents.find(({ agent }) => agent.id === id)?.agent;
  return config?.delivery === 'http'
    ? `${id} may have it and asks for work itself: it has not asked yet`
    : `${id} may have it: the dispatcher proposes it at its next pass`;
};

/**
 * Why no agent has the task: once what holds for all, then each agent with every clause that fails.
 * @param later  nobody gets it before a pause after failed attempts is over
 */
export const whyUnassigned = (input: ExplainInput, kind: TaskKind, later: boolean): readonly Statement[] => {
  const answers = agentAnswers(input, kind);
  if (answers.length === 0) return [say(`rig.agents.yaml names no agent for ${kind} tasks here`)];
  const all = shared(input, answers);
  const told = all.map((clause) => sentence(input, '', clause));
  const each = answers.flatMap((answer): readonly Statement[] => {
    const own = failing(answer).filter(({ code }) => !all.some((one) => one.code === code));
    if (own.length > 0) {
      const pausedAt = own.some(({ code }) => code === 'PAUSED') ? pausePosition(input, answer.agent) : [];
      return [sayAt(`${answer.agent} cannot have it: ${own.map(({ message }) => message).join('; ')}`, ...pausedAt)];
    }
    return all.length > 0 ? [] : [say(ready(input, answer.agent, later))];
  });
  return [...told, ...each];
};

/** A fix as what comes after who does it. */
const asClause = (fix: string): string => `${fix.charAt(0).toLowerCase()}${fix.slice(1).replace(/\.$/, '')}`;

/** What would let some agent have it: each remedy once. */
export const remedies = (input: ExplainInput, kind: TaskKind): readonly Statement[] => {
  const answers = agentAnswers(input, kind);
  if (answers.some(({ eligible }) => eligible)) return [];
  if (answers.length === 0) return [say('the operator: add an agent to rig.agents.yaml')];
  const fixes = answers.flatMap((answer) =>
    failing(answer).some(({ code }) => code === 'WRONG_ROLE') ? [] : failing(answer),
  );
  const texts = new Set(fixes.flatMap(({ fix }) => (fix === undefined ? [] : [fix])));
  return [...texts].map((fix) => say(`the operator: ${asClause(fix)}`));
};
