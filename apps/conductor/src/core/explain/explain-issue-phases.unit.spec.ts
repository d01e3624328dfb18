import { describe, expect, it } from '@jest/globals';
import { AT, inReview, onIssue, onPull, SHA, step, TASK, WORKER, type Happened } from '../testing/history.js';
import { explained, lines, pausedAt } from './explain.fixture.spec.js';

const ready = [step.opened, step.approved];
const assigned = [...ready, step.assigned];
const working = [...assigned, step.started];
const lost = onIssue({
  type: 'ATTEMPT_LOST',
  data: { taskId: TASK, agent: 'dev-e-1', attempt: 1, fence: 4, reason: 'no renewal for 30 s' },
});
const failed = (code: string): Happened =>
  onIssue({
    type: 'WORK_FAILED',
    data: { taskId: TASK, agent: 'dev-e-1', attempt: 1, fence: 4, code, message: 'it broke\nat line 1' },
  });
const closed = onIssue({ type: 'ISSUE_CLOSED', data: { by: 'ada', updatedAt: AT } });

describe('an issue that is opened', () => {
  it('waits for the label', () => {
    const withoutLabel = onIssue({ type: 'ISSUE_EDITED', data: { title: 't', body: '', labels: [], updatedAt: AT } });
    const told = explained([step.opened, withoutLabel]);
    expect(lines(told.where)).toEqual(['ada filed it; no agent may work on it yet [1]']);
    expect(lines(told.why)).toEqual(['the label agent-ready is not on it [2]']);
    expect(lines(told.clearedBy)[0]).toMatch(/write permission on acme\/greeter: put the label agent-ready on/);
  });

  it('with a label of someone who may not says so', () => {
    expect(lines(explained([step.opened]).why)).toEqual([
      'the label agent-ready is on it, but was not put there by someone with write permission [1]',
    ]);
  });

  it('again names who took the approval back, and warns that nothing would run', () => {
    const withdrawn = onIssue({ type: 'ISSUE_APPROVAL_WITHDRAWN', data: { by: 'grace' } });
    expect(lines(explained([...ready, withdrawn], { policy: { dispatch: 'off' } }).why)).toEqual([
      'grace withdrew the approval [3]',
      'and even then nothing runs: the repository is set to dispatch: off',
    ]);
  });
});

describe('an issue that is ready', () => {
  it('is not assigned because of each clause that fails for each agent', () => {
    const told = explained(ready, { held: { 'dev-e-1': 1, 'dev-e-2': 1 } });
    expect(lines(told.where)).toEqual(['ada released it for agents; it is not assigned [2]']);
    expect(lines(told.why)).toEqual([
      'dev-e-1 cannot have it: dev-e-1 holds 1 of 1 tasks',
      'dev-e-2 cannot have it: dev-e-2 holds 1 of 1 tasks',
      'review-e cannot have it: review-e is reviewer, the task needs author',
    ]);
    expect(lines(told.clearedBy)).toEqual([
      'the operator: wait, or raise the slots of dev-e-1 in rig.agents.yaml',
      'the operator: wait, or raise the slots of dev-e-2 in rig.agents.yaml',
    ]);
    expect(told.waitingTask?.agents.map(({ agent, eligible }) => [agent, eligible])).toEqual([
      ['dev-e-1', false],
      ['dev-e-2', false],
      ['review-e', false],
    ]);
  });

  it('tells what holds for the whole repository once', () => {
    const told = explained(ready, { policy: { dispatch: 'off' }, pauses: pausedAt('repo/acme/greeter', 9) });
    expect(lines(told.why)).toEqual([
      'acme/greeter was paused by ada: an incident [9]',
      'the repository is set to dispatch: off',
      'review-e cannot have it: review-e is reviewer, the task needs author',
    ]);
    expect(lines(told.clearedBy)).toEqual([
      'the operator: let it go on with `rig resume repo acme/greeter`',
      'the operator: set dispatch: on for acme/greeter in rig.policy.yaml',
    ]);
  });

  it('cites the pause of one agent', () => {
    const told = explained(ready, { only: ['dev-e-1'], pauses: pausedAt('agent/dev-e-1', 9) });
    expect(lines(told.why)).toEqual(['dev-e-1 cannot have it: dev-e-1 was paused by ada: an incident [9]']);
  });

  it('says which capability is missing', () => {
    const labels = onIssue({
      type: 'ISSUE_EDITED',
      data: { title: 't', body: '', labels: ['agent-ready', 'requires-python'], updatedAt: AT },
    });
    expect(lines(explained([...ready, labels], { only: ['dev-e-1'] }).why)).toEqual([
      'dev-e-1 cannot have it: dev-e-1 lacks the capability python',
    ]);
  });

  it('says which hourly rate is used up, and of whom', () => {
    const repository = explained(ready, { only: ['dev-e-1'], policy: { maxPerHour: 2 }, givenInRepository: 2 });
    expect(lines(repository.why)).toEqual([
      'dev-e-1 cannot have it: acme/greeter was given the 2 that maxPerHour allows within the hour',
    ]);
    expect(lines(repository.clearedBy)).toEqual([
      'the operator: wait until the hour is over, or raise maxPerHour of acme/greeter in rig.policy.yaml',
    ]);
    const agent = explained(ready, { only: ['dev-e-1'], given: { 'dev-e-1': 10_000 } });
    expect(lines(agent.why)[0]).toMatch(/^dev-e-1 cannot have it: dev-e-1 was given the \d+ that maxPerHour allows/);
    expect(agent.waitingTask?.agents[0]?.eligible).toBe(false);
  });

  it('leaves a repository of tier T3 to people, and says what would change that', () => {
    const told = explained(ready, { policy: { tier: 'T3' }, pauses: pausedAt('agent/dev-e-1', 9) });
    expect(lines(told.why)[0]).toBe('the repository is tier T3, which agents never work on');
    expect(lines(told.clearedBy)).toContain(
      'the operator: leave it to a person, or give acme/greeter another tier in rig.policy.yaml',
    );
  });

  it('says who is about to get it', () => {
    const told = explained(ready);
    expect(lines(told.why).slice(0, 2)).toEqual([
      'dev-e-1 may have it: the dispatcher proposes it at its next pass',
      'dev-e-2 may have it and asks for work itself: it has not asked yet',
    ]);
    expect(lines(told.clearedBy)).toEqual([
      'the dispatcher, or an agent that claims: nobody has to do anything while a dispatcher is ready (`rig status`)',
    ]);
  });

  it('says that nobody is configured', () => {
    expect(lines(explained(ready, { only: [] }).why)).toEqual([
      'rig.agents.yaml names no agent for implement tasks here',
    ]);
  });

  it('repeats the last word of the dispatcher and the last refusal', () => {
    const deferred = onIssue({
      type: 'ISSUE_DEFERRED',
      data: { code: 'RATE_EXCEEDED', message: 'the hour is used up' },
    });
    const refused = onIssue({
      type: 'FACT_REFUSED',
      data: { factId: TASK, factType: 'ASSIGN_TASK', code: 'NO_FREE_SLOT', message: 'it is busy' },
    });
    expect(lines(explained([...ready, deferred, refused], { only: ['dev-e-1'] }).why)).toEqual([
      'dev-e-1 may have it: the dispatcher proposes it at its next pass',
      'the dispatcher put it off (RATE_EXCEEDED): the hour is used up [3]',
      'an assignment was refused (NO_FREE_SLOT): it is busy [4]',
    ]);
  });

  it('after a failure waits for the pause, and counts the attempts', () => {
    const told = explained([...working, failed('AGENT_EXITED')], { only: ['dev-e-1'], afterMs: 1_000 });
    expect(lines(told.waitsFor)).toEqual([
      'the end of the pause after failed attempts, at 2026-03-02T09:30:10.000Z [5]',
    ]);
    expect(lines(told.why)[0]).toBe('dev-e-1 may have it then');
    expect(lines(told.why)).toContain('attempt 1 by dev-e-1 failed with AGENT_EXITED: it broke [5]');
    expect(lines(told.why)).toContain('1 of 3 attempts are used up [5]');
  });

  it('remembers that it was taken back', () => {
    const taken = onIssue({
      type: 'ISSUE_UNASSIGNED',
      data: { taskId: TASK, agent: 'dev-e-1', code: 'PAUSED', message: 'everything was paused by ada' },
    });
    expect(lines(explained([...working, taken], { only: ['dev-e-1'] }).why)).toContain(
      'it was taken from dev-e-1: everything was paused by ada [5]',
    );
  });

  it('does not count an attempt that was handed back', () => {
    const told = explained([...working, failed('HANDED_BACK')], { only: ['dev-e-1'] });
    expect(lines(told.why)).toContain('attempt 1 by dev-e-1 failed with HANDED_BACK: it broke (not counted) [5]');
    expect(lines(told.why)).toContain('0 of 3 attempts are used up');
  });
});

describe('an issue that is assigned or worked on', () => {
  it('waits for a worker', () => {
    const told = explained(assigned);
    expect(lines(told.where)).toEqual(['the work is with dev-e-1; no attempt runs [3]']);
    expect(lines(told.why)).toEqual(['the offer lies on rig:dev-e-1:tasks [3]']);
  });

  it('that an agent claimed over HTTP comes back when nothing starts it', () => {
    const claimed = onIssue({
      type: 'ISSUE_ASSIGNED',
      data: { taskId: TASK, agent: 'dev-e-2', delivery: 'http', tier: 'T1', ordinal: 1 },
    });
    const told = explained([...ready, claimed]);
    expect(lines(told.clearedBy)).toContain('the conductor: it takes back what is not started within 10 minutes');
    expect(lines(explained(assigned).clearedBy).join('\n')).not.toMatch(/within 10 minutes/);
  });

  it('does not start while it is paused', () => {
    const told = explained(assigned, { pauses: pausedAt('system/rig', 4) });
    expect(lines(told.why)).toContain('no attempt may start: everything was paused by ada: an incident [4]');
    expect(lines(told.clearedBy)[0]).toBe('the operator: `rig resume all`');
  });

  it('names worker, fence and last step', () => {
    const progressed = onIssue({
      type: 'WORK_PROGRESSED',
      data: { taskId: TASK, fence: 4, step: 'agent', message: 'the agent command runs' },
    });
    const told = explained([...working, progressed]);
    expect(lines(told.where)).toEqual([`dev-e-1 does the work: attempt 1 runs on ${WORKER.name}, fence 4 [3, 4]`]);
    expect(lines(told.why)).toEqual(['its last step: agent: the agent command runs [5]']);
  });

  it('is at attempt 2 because attempt 1 was lost', () => {
    const again = onIssue({
      type: 'ATTEMPT_STARTED',
      data: { taskId: TASK, agent: 'dev-e-1', attempt: 2, worker: WORKER },
    });
    const told = explained([...working, lost, again]);
    expect(lines(told.where)).toEqual([`dev-e-1 does the work: attempt 2 runs on ${WORKER.name}, fence 6 [3, 6]`]);
    expect(lines(told.why)).toEqual([
      'another attempt runs because: [6]',
      'attempt 1 by dev-e-1 was lost: no renewal for 30 s [5]',
      '1 of 3 attempts are used up [5]',
    ]);
  });
});

describe('an issue that has come to an end', () => {
  it('is blocked because of its attempts, and a person clears it', () => {
    const blocked = onIssue({ type: 'ISSUE_BLOCKED', data: { code: 'ATTEMPTS_EXHAUSTED', message: 'no more' } });
    const told = explained([...working, failed('AGENT_EXITED'), blocked]);
    expect(lines(told.why)[0]).toBe('it was blocked (ATTEMPTS_EXHAUSTED): no more [6]');
    const unlabelled = onIssue({ type: 'ISSUE_EDITED', data: { title: 't', body: '', labels: [], updatedAt: AT } });
    const half = explained([...working, failed('AGENT_EXITED'), blocked, unlabelled]);
    expect(lines(half.clearedBy)[0]).toBe('a person with write permission: put the label agent-ready on again');
    expect(lines(told.why)).toContain('attempt 1 by dev-e-1 failed with AGENT_EXITED: it broke [5]');
    expect(lines(told.clearedBy)[0]).toMatch(/take the label agent-ready off and put it on again/);
  });

  it('is done by its pull request', () => {
    const merged = onPull({
      type: 'PR_MERGED',
      data: { by: 'rig[bot]', mergeCommit: SHA, baseRef: 'main', toDefaultBranch: true, updatedAt: AT },
    });
    const done = onIssue({ type: 'ISSUE_DONE', data: { pr: 8, mergeCommit: SHA } });
    const told = explained([...inReview, merged, done]);
    expect(lines(told.where)).toEqual(['it is done: pull request #8 was merged [9, 10]']);
    expect(lines(told.why)[1]).toMatch(/the forge has not closed the issue yet/);
    expect(lines(explained([...inReview, merged, done, closed]).why)).toHaveLength(1);
  });

  it('is closed by someone', () => {
    expect(lines(explained([...ready, closed]).why)).toEqual(['ada closed it [3]']);
  });
});
