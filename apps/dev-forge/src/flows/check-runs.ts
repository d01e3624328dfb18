import type { CheckOutput, CheckRun, CheckStatus, CheckSuite, Repo } from '../core/model.js';
import { checkRunJson, checkSuiteEventJson, runsOfSuite, suiteState } from '../core/payloads/check.js';
import { botLogin } from '../core/world.js';
import type { Deps } from './deps.js';
import { emitEvent } from './emit-event.js';

export interface CheckState {
  readonly status?: CheckStatus | undefined;
  readonly conclusion?: string | null | undefined;
  readonly externalId?: string | undefined;
  readonly detailsUrl?: string | null | undefined;
  readonly output?: CheckOutput | undefined;
  readonly startedAt?: string | null | undefined;
  readonly completedAt?: string | null | undefined;
  readonly name?: string | undefined;
}

export interface NewCheckRun {
  readonly app: number;
  readonly name: string;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly before: string | null;
  readonly ours: boolean;
  readonly sender: string;
  readonly state: CheckState;
}

const tellRun = (deps: Deps, repo: Repo, run: CheckRun, action: string, sender: string): void => {
  const parts = { check_run: checkRunJson(deps.view, repo, run, 'whole') };
  emitEvent(deps, { repo, event: 'check_run', action, sender, parts });
};

const tellSuite = async (deps: Deps, repo: Repo, suite: CheckSuite, action: string, sender: string): Promise<void> => {
  const commit = await deps.git.commit(repo, suite.headSha);
  if (commit === undefined) return;
  const parts = { check_suite: checkSuiteEventJson(deps.view, repo, suite, commit) };
  emitEvent(deps, { repo, event: 'check_suite', action, sender, parts });
};

const suiteFor = (deps: Deps, repo: Repo, input: NewCheckRun): CheckSuite => {
  const known = deps.world.checkSuites.where(
    (row) => row.repoId === repo.id && row.appId === input.app && row.headSha === input.headSha,
  )[0];
  if (known !== undefined) return known;
  const time = deps.time();
  return deps.world.checkSuites.put({
    id: deps.world.nextId(),
    repoId: repo.id,
    appId: input.app,
    headSha: input.headSha,
    headBranch: input.headBranch,
    before: input.before,
    createdAt: time,
    updatedAt: time,
  });
};

const emptyOutput: CheckOutput = { title: null, summary: null, text: null };

/** A run with a state laid over it. A conclusion completes it; completing it takes its time. */
const withState = (deps: Deps, run: CheckRun, state: CheckState): CheckRun => {
  const conclusion = state.conclusion === undefined ? run.conclusion : state.conclusion;
  const status = (state.conclusion ?? null) !== null ? 'completed' : (state.status ?? run.status);
  return {
    ...run,
    name: state.name ?? run.name,
    status,
    conclusion: status === 'completed' ? conclusion : null,
    externalId: state.externalId ?? run.externalId,
    detailsUrl: state.detailsUrl ?? run.detailsUrl,
    output: { ...run.output, ...state.output },
    startedAt: state.startedAt ?? run.startedAt ?? (status === 'queued' ? null : deps.time()),
    completedAt: status === 'completed' ? (state.completedAt ?? run.completedAt ?? deps.time()) : null,
  };
};

const settled = async (deps: Deps, repo: Repo, run: CheckRun, sender: string): Promise<void> => {
  if (run.status !== 'completed') return;
  tellRun(deps, repo, run, 'completed', sender);
  const suite = deps.world.checkSuites.get(run.suiteId);
  if (suite === undefined || suiteState(runsOfSuite(deps.view, suite.id)).status !== 'completed') return;
  await tellSuite(deps, repo, deps.world.checkSuites.put({ ...suite, updatedAt: deps.time() }), 'completed', sender);
};

/** Adds a check run, with its suite if it is the App's first on the commit. */
export const createStartCheckRun =
  (deps: Deps) =>
  async (repo: Repo, input: NewCheckRun): Promise<CheckRun> => {
    const suite = suiteFor(deps, repo, input);
    const blank: CheckRun = {
      id: deps.world.nextId(),
      repoId: repo.id,
      suiteId: suite.id,
      appId: input.app,
      headSha: input.headSha,
      name: input.name,
      status: 'queued',
      conclusion: null,
      externalId: '',
      detailsUrl: null,
      output: emptyOutput,
      startedAt: null,
      completedAt: null,
      ours: input.ours,
    };
    const run = deps.world.checkRuns.put(withState(deps, blank, input.state));
    tellRun(deps, repo, run, 'created', input.sender);
    await settled(deps, repo, run, input.sender);
    return run;
  };

/** Changes a run; `completed` events follow when it ends (again). */
export const createChangeCheckRun =
  (deps: Deps) =>
  async (repo: Repo, run: CheckRun, state: CheckState): Promise<CheckRun> => {
    const changed = deps.world.checkRuns.put(withState(deps, run, state));
    const app = deps.world.apps.get(run.appId);
    if (run.status !== 'completed') await settled(deps, repo, changed, botLogin(app?.slug ?? 'ghost'));
    return changed;
  };
