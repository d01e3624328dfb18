import { issueSubject, pullSubject, type TaskKind } from '@rig/contracts';
import { isoTime } from '@rig/kernel';
import type { Told } from '../product/dispatcher.js';
import type { Agenda } from './agenda.js';
import { CHANCES, HOP_MS, NEEDS_PYTHON, PRIORITIES, TIMES } from './assumptions.js';
import { EPOCH, type Log, type Note } from './log.js';
import type { Random } from './random.js';
import type { Statistics } from './statistics.js';

/** One issue on its way. */
interface Story {
  readonly repo: string;
  readonly number: number;
  readonly issue: string;
  readonly pull: string;
  readonly filedAt: number;
  author: string;
  head: number;
  attempts: number;
  /** When what it waits for now became ready. */
  readyAt: number;
}

export interface LifeDeps {
  readonly agenda: Agenda;
  readonly log: Log;
  readonly random: Random;
  readonly statistics: Statistics;
  readonly repositories: number;
}

/** What the dispatcher gave to somebody. */
export interface Given {
  readonly subject: string;
  readonly task: TaskKind;
  readonly agent: string;
  readonly factId: string;
}

const MAX_ATTEMPTS = 3;

const shaOf = ({ head }: Story): string => head.toString(16).padStart(40, '0');

/** What people, agents and the forge do with issues; every step is an append. */
export class Life {
  readonly #deps: LifeDeps;
  readonly #stories = new Map<string, Story>();
  #filed = 0;
  #tasks = 0;

  constructor(deps: LifeDeps) {
    this.#deps = deps;
  }

  get filed(): number {
    return this.#filed;
  }

  /** A person files an issue and approves it. */
  file(): void {
    const { agenda, log, random, repositories } = this.#deps;
    const index = this.#filed++;
    const repo = `acme/repo-${index % repositories}`;
    const number = 1 + 2 * Math.floor(index / repositories);
    const [issue, pull] = [issueSubject(repo, number), pullSubject(repo, number + 1)];
    const filedAt = agenda.now;
    const story = { repo, number, issue, pull, filedAt, author: '', head: 0, attempts: 0, readyAt: filedAt };
    this.#stories.set(issue, story);
    this.#stories.set(pull, story);
    const labels = random.chance(1 / NEEDS_PYTHON) ? ['requires-python'] : [];
    log.append([
      { subject: issue, type: 'ISSUE_OPENED', data: { repo, number, labels, openedAt: isoTime(EPOCH + filedAt) } },
      { subject: issue, type: 'ISSUE_PRIORITISED', data: { priority: this.#priority() } },
      { subject: issue, type: 'ISSUE_APPROVED', data: {} },
    ]);
  }

  /** An assignment: committed, offered, started, worked on. */
  assign({ subject, task, agent, factId }: Given, committed: () => void): void {
    const { agenda, log, statistics } = this.#deps;
    const story = this.#stories.get(subject);
    if (story === undefined) {
      committed();
      return;
    }
    const taskId = `task-${++this.#tasks}`;
    log.append([this.#assignment(story, { subject, task, agent, factId }, taskId)], () => {
      committed();
      statistics.taken(task);
      agenda.enter(agenda.now + 2 * HOP_MS, () =>
        log.append([{ subject, type: 'ATTEMPT_STARTED', data: { taskId, agent } }], () => {
          statistics.started(task, agenda.now - story.readyAt);
          const { median, spread } = TIMES[task];
          const ms = this.#deps.random.logNormal(median, spread);
          agenda.enter(agenda.now + ms, () => this.#end(story, { subject, task, agent, factId }, taskId));
        }),
      );
    });
  }

  #assignment(story: Story, { subject, task, agent, factId }: Given, taskId: string): Note {
    const to = { taskId, agent, delivery: 'stream' as const, ordinal: 1 };
    const headSha = shaOf(story);
    const causationid = factId;
    if (task === 'implement') return { subject, type: 'ISSUE_ASSIGNED', data: to, causationid };
    if (task === 'review') return { subject, type: 'REVIEW_ASSIGNED', data: { ...to, headSha }, causationid };
    const cause = task === 'fix-ci' ? 'ci' : 'review';
    return { subject, type: 'FIX_ASSIGNED', data: { ...to, headSha, cause }, causationid };
  }

  #end(story: Story, { subject, task, agent }: Given, taskId: string): void {
    const { log, random, statistics } = this.#deps;
    const freed = (): void => statistics.ended(task);
    if (random.chance(CHANCES.attemptFails)) {
      story.attempts += 1;
      const failed: Note = { subject, type: 'WORK_FAILED', data: { taskId, agent, code: 'AGENT_EXITED' } };
      const given = story.attempts >= MAX_ATTEMPTS;
      log.append(given ? [failed, this.#blocked(story)] : [failed], () => {
        freed();
        story.readyAt = this.#deps.agenda.now;
        if (given) this.#forget(story);
      });
      return;
    }
    if (task === 'review') this.#reviewed(story, taskId, agent, freed);
    else this.#delivered(story, { subject, task, taskId, agent }, freed);
  }

  /** A new head, whose checks begin. */
  #delivered(
    story: Story,
    { subject, task, taskId, agent }: { subject: string; task: TaskKind; taskId: string; agent: string },
    freed: () => void,
  ): void {
    const { repo, number, pull } = story;
    story.head += 1;
    const headSha = shaOf(story);
    const done: Told<'WORK_COMPLETED'> = { taskId, agent, kind: task, pr: number + 1, headSha };
    const completed: Note = { subject, type: 'WORK_COMPLETED', data: done };
    const check: Note = { subject: pull, type: 'CI_STARTED', data: { headSha, check: 'test' } };
    const openedAt = isoTime(EPOCH + this.#deps.agenda.now);
    const opened = { repo, number: number + 1, agent, headSha, draft: false, openedAt };
    const first: readonly Note[] = [
      { subject: pull, type: 'PR_OPENED', data: opened },
      { subject: pull, type: 'PR_LINKED', data: { issue: number } },
    ];
    const next: readonly Note[] = [{ subject: pull, type: 'PR_UPDATED', data: { headSha } }];
    if (task === 'implement') story.author = agent;
    this.#deps.log.append([...(task === 'implement' ? first : next), completed, check], () => {
      freed();
      this.#check(story);
    });
  }

  #check(story: Story): void {
    const { agenda, log, random } = this.#deps;
    const { median, spread } = TIMES.checks;
    agenda.enter(agenda.now + random.logNormal(median, spread), () => {
      const type = random.chance(CHANCES.checksFail) ? 'CI_FAILED' : 'CI_PASSED';
      const note: Note = { subject: story.pull, type, data: { headSha: shaOf(story), check: 'test' } };
      log.append([note], () => (story.readyAt = agenda.now));
    });
  }

  #reviewed(story: Story, taskId: string, agent: string, freed: () => void): void {
    const { agenda, log, random } = this.#deps;
    const { pull, head } = story;
    const headSha = shaOf(story);
    const again = random.chance(CHANCES.changesRequested);
    const type = again ? 'REVIEW_CHANGES_REQUESTED' : 'REVIEW_APPROVED';
    const verdict: Note = { subject: pull, type, data: { reviewId: `${head}`, by: 'rig-reviewer[bot]', headSha } };
    const completed: Note = { subject: pull, type: 'WORK_COMPLETED', data: { taskId, agent, kind: 'review', headSha } };
    log.append([verdict, completed], () => {
      freed();
      story.readyAt = agenda.now;
      if (!again) this.#merge(story);
    });
  }

  #merge(story: Story): void {
    const { agenda, log, statistics } = this.#deps;
    const { issue, pull, number } = story;
    const notes: readonly Note[] = [
      { subject: pull, type: 'MERGE_GATE_PASSED', data: {} },
      { subject: pull, type: 'MERGE_REQUESTED', data: {} },
      { subject: pull, type: 'PR_MERGED', data: {} },
      { subject: issue, type: 'ISSUE_DONE', data: { pr: number + 1 } },
      { subject: issue, type: 'ISSUE_CLOSED', data: {} },
    ];
    log.append(notes, () => {
      statistics.merged(agenda.now - story.filedAt);
      this.#forget(story);
    });
  }

  #blocked({ issue }: Story): Note {
    this.#deps.statistics.blocked();
    return { subject: issue, type: 'ISSUE_BLOCKED', data: { code: 'ATTEMPTS_EXHAUSTED' } };
  }

  #forget({ issue, pull }: Story): void {
    this.#stories.delete(issue);
    this.#stories.delete(pull);
  }

  #priority(): number {
    let left = this.#deps.random.next();
    return Math.max(
      0,
      PRIORITIES.findIndex((share) => (left -= share) < 0),
    );
  }
}
