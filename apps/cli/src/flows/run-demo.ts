import type { Clock } from '@rig/kernel';
import type { RigEvent } from '@rig/contracts';
import { allSettled, summarise, type DemoSummary } from '../core/demo-summary.js';
import { emptyBoard, evolveBoard, type IssueBoard } from '../core/issue-board.js';
import type { ProcessEvent } from '../core/process-spec.js';
import { interrupted, startOrStop } from './start-or-stop.js';
import type { RunningSystem } from './start-system.js';

export interface NewIssue {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

export interface RunDemoDeps {
  startSystem(notify: (event: ProcessEvent) => void): Promise<RunningSystem>;
  issueText(n: number, seed: number): { readonly title: string; readonly body: string };
  fileIssue(system: RunningSystem, repo: string, issue: NewIssue): Promise<number>;
  /** Committed events from the first on, in position order, each once. */
  follow(system: RunningSystem, signal: AbortSignal): AsyncIterable<RigEvent>;
  /** Every commit on `main` of the bare repository, as git says. */
  commitsOnMain(repo: string): Promise<ReadonlySet<string>>;
  readonly clock: Clock;
  readonly view: DemoView;
}

/** Where the demo shows what happens. */
export interface DemoView {
  note(text: string): void;
  process(event: ProcessEvent): void;
  event(event: RigEvent, board: IssueBoard): void;
  ended(reason: 'settled' | 'timeout' | 'stopped'): void;
}

export interface RunDemoOptions {
  readonly repo: string;
  readonly issues: number;
  readonly agents: number;
  readonly seed: number;
  /** Milliseconds from the first issue filed. */
  readonly timeoutMs: number;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

const FILING_AT_ONCE = 4;

/** Labels of the n-th issue: released for agents, and a priority that the seed turns. */
export const labelsOf = (n: number, issues: number, seed: number): readonly string[] => [
  'agent-ready',
  issues === 1 ? 'P1' : `P${(n + seed) % 4}`,
];

const fileAll = async (deps: RunDemoDeps, options: RunDemoOptions, system: RunningSystem): Promise<number[]> => {
  const filed: number[] = [];
  let next = 1;
  const lane = async (): Promise<void> => {
    while (next <= options.issues && !options.signal.aborted) {
      const n = next++;
      const text = deps.issueText(n, options.seed);
      filed.push(
        await deps.fileIssue(system, options.repo, { ...text, labels: labelsOf(n, options.issues, options.seed) }),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(FILING_AT_ONCE, options.issues) }, lane));
  return filed.sort((a, b) => a - b);
};

interface Watched {
  readonly board: IssueBoard;
  readonly filed: readonly number[];
  readonly ended: 'settled' | 'timeout' | 'stopped';
}

/** Files the issues and follows the log until each has come to an end or time is up. */
const watch = async (deps: RunDemoDeps, options: RunDemoOptions, system: RunningSystem): Promise<Watched> => {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const done = new AbortController();
  const signal = AbortSignal.any([timeout, options.signal, done.signal]);
  let board = emptyBoard;
  let filed: readonly number[] | undefined;
  // A filing that was cut short must not look like one whose few issues are all done.
  const settled = (): boolean => filed?.length === options.issues && allSettled(board, options.repo, filed);
  const filing = fileAll(deps, options, system).then(
    (numbers) => {
      filed = numbers;
      if (settled()) done.abort();
    },
    (error: unknown) => {
      done.abort();
      throw error;
    },
  );
  // Awaited below; until then a failure only ends the watch.
  filing.catch(() => undefined);
  for await (const event of deps.follow(system, signal)) {
    board = evolveBoard(board, event);
    deps.view.event(event, board);
    if (settled()) break;
  }
  await filing;
  const ended = settled() ? 'settled' : options.signal.aborted ? 'stopped' : 'timeout';
  return { board, filed: filed ?? [], ended };
};

/** Starts a system of its own, files issues, follows them to the merge, and checks the end by git. */
export const createRunDemo =
  (deps: RunDemoDeps) =>
  async (options: RunDemoOptions): Promise<DemoSummary> => {
    let gaveUp: string | undefined;
    const startedAt = deps.clock.now();
    const starting = deps.startSystem((event) => {
      if (event.kind === 'gave-up') gaveUp = event.name;
      deps.view.process(event);
    });
    const system = await startOrStop(starting, options.signal, () => deps.view.note('stopping'));
    try {
      const filedAt = deps.clock.now();
      const startSeconds = Math.round((filedAt - startedAt) / 100) / 10;
      const watched = await watch(deps, options, system);
      deps.view.ended(watched.ended);
      if (watched.ended === 'stopped') throw interrupted();
      const elapsedMs = deps.clock.now() - filedAt;
      const onMain = await deps.commitsOnMain(options.repo);
      if (gaveUp !== undefined) deps.view.note(`${gaveUp} died too often and was given up`);
      return summarise({ ...options, ...watched, startSeconds, elapsedMs, onMain, restarts: system.restarts() });
    } finally {
      deps.view.note('stopping');
      await system.stop();
    }
  };
