import type { RigEvent, TaskKind } from '@rig/contracts';
import { pauseFor, pauseSentence, resumeCommand } from '@rig/policy';
import { CLAIM_MS } from '../task/task-rules.js';
import type { TaskState } from '../task/task-state.js';
import { lastOf } from './history.js';
import { becauseOf } from './setbacks.js';
import { brief, say, sayAt, type Account, type ExplainInput, type Statement } from './statement.js';

const NAMES: Readonly<Record<TaskKind, string>> = {
  implement: 'the work',
  review: 'the review',
  'fix-review': 'the answer to the review',
  'fix-ci': 'the repair of a failing check',
};

const ofTask =
  (task: TaskState) =>
  (event: RigEvent): boolean =>
    'taskId' in event.data && event.data.taskId === task.taskId;

const streamOf = (task: TaskState): 'issue' | 'pull' => (task.kind === 'implement' ? 'issue' : 'pull');

const pausedStart = ({ pauses, issue }: ExplainInput, task: TaskState) => {
  const pause = pauseFor(pauses, issue.repo, task.agent);
  return pause === undefined
    ? { why: [], clear: [] }
    : {
        why: [sayAt(`no attempt may start: ${pauseSentence(pause)}`, pause.position)],
        clear: [say(`the operator: \`${resumeCommand(pause)}\``)],
      };
};

/** Given to an agent, and no attempt runs. */
const waitingForStart = (input: ExplainInput, task: TaskState): Account => {
  const { agent, delivery, kind, position } = task;
  const stopped = pausedStart(input, task);
  const how = delivery === 'stream' ? `the offer lies on rig:${agent}:tasks` : `${agent} fetched it over HTTP`;
  return {
    where: [sayAt(`${NAMES[kind]} is with ${agent}; no attempt runs`, position)],
    why: [sayAt(how, position), ...stopped.why, ...becauseOf(input, streamOf(task))],
    waitsFor: [say(`a worker of ${agent} that starts the attempt`)],
    clearedBy: [
      ...stopped.clear,
      say(`a worker of ${agent}: \`rig status\` shows whether one runs`),
      ...(delivery === 'http'
        ? [say(`the conductor: it takes back what is not started within ${CLAIM_MS / 60_000} minutes`)]
        : []),
      say(`a person: \`rig pause agent ${agent} --stop-running\` takes it back`),
    ],
  };
};

const progress = ({ history }: ExplainInput, task: TaskState): readonly Statement[] => {
  const step = lastOf(history, ['WORK_PROGRESSED'], (event) => ofTask(task)(event) && event.data.fence === task.fence);
  return step === undefined
    ? []
    : [say(`its last step: ${brief(step.data.step, 60)}: ${brief(step.data.message)}`, step)];
};

/** An attempt runs. */
const running = (input: ExplainInput, task: TaskState, fence: number): Account => {
  const { agent, kind, position, worker } = task;
  const started = lastOf(input.history, ['ATTEMPT_STARTED'], ofTask(task));
  const name = worker?.name ?? 'a worker';
  const because = becauseOf(input, streamOf(task));
  const again = because.length === 0 ? [] : [say('another attempt runs because:', started), ...because];
  return {
    where: [
      sayAt(`${agent} does ${NAMES[kind]}: attempt ${task.attempts} runs on ${name}, fence ${fence}`, position, fence),
    ],
    why: [...progress(input, task), ...again],
    waitsFor: [sayAt(`the report of ${name}; only the one with fence ${fence} is taken`, fence)],
    clearedBy: [
      say(`the worker ${name}, by its report`),
      say('the dispatcher, when the lease has not been renewed for 30 s: the task is then offered again'),
      say(`a person: close the issue, or \`rig pause agent ${agent} --stop-running\``),
    ],
  };
};

/** A live task: assigned or working, whatever its kind. */
export const explainTask = (input: ExplainInput, task: TaskState): Account =>
  task.fence === null ? waitingForStart(input, task) : running(input, task, task.fence);
