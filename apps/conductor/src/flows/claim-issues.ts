import type { Assignment } from '@rig/contracts';
import { isoTime, uuidv7, type Clock } from '@rig/kernel';
import { eligible, RATE_WINDOW_MS, type Pauses, type RepositoryPolicy } from '@rig/policy';
import { decideAssign } from '../core/task/decide-assign.js';
import type { AssignTask } from './assign-task.js';
import type { ClaimReads, Claimer, ReadyClass, ReadyIssue, Standing } from './claim-reads.js';
import { worldOfIssue } from './load-world.js';

export interface ClaimIssuesDeps {
  readonly assign: AssignTask;
  readonly clock: Clock;
  readonly reads: Pick<ClaimReads, 'readyIssues' | 'readyClasses'>;
  policyFor(repo: string): RepositoryPolicy;
}

/** One who asks, how its agent stands, and whom to tell. */
export interface Claim {
  readonly claimer: Claimer;
  readonly standing: Standing;
  give(assignment: Assignment): void;
}

/** Candidates beyond the number of claims: some may be ineligible, or lost to another conductor. */
const SPARE = 16;
/** Times the candidates are read again for those who lost theirs in between. */
const ROUNDS = 5;

const createTally = () => {
  const counts = new Map<string, number>();
  return {
    add: (key: string, more: number): void => void counts.set(key, (counts.get(key) ?? 0) + more),
    of: (key: string): number => counts.get(key) ?? 0,
  };
};
type Tally = ReturnType<typeof createTally>;

interface Batch {
  readonly pauses: Pauses;
  /** Given to agents since their standings were read. */
  readonly toAgents: Tally;
  /** Issues that were tried; whoever lost one need not lose it again. */
  readonly tried: Set<string>;
}

interface Round extends Batch {
  readonly now: string;
  readonly hourBegan: string;
  /** Given in repositories since the ready issues were read. */
  readonly inRepositories: Tally;
}

const keyOf = ({ state }: ReadyIssue): string => `${state.repo}#${state.number}`;

const commandFor = (deps: ClaimIssuesDeps, round: Round, { claimer, standing }: Claim, issue: ReadyIssue) => {
  const { agent, instance } = claimer;
  const { repo } = issue.state;
  return {
    kind: 'implement' as const,
    agent,
    policy: deps.policyFor(repo),
    inFlight: standing.held + round.toAgents.of(agent.id),
    pauses: round.pauses,
    headSha: null,
    instance,
    now: round.now,
    recent: {
      ofAgent: standing.recent + round.toAgents.of(agent.id),
      inRepository: issue.recentInRepository + round.inRepositories.of(repo),
    },
  };
};

interface Pair {
  readonly claim: Claim;
  readonly issue: ReadyIssue;
}

/** Gives each issue, best first, to the first claim that may have it; each claim gets one at most. */
const match = (deps: ClaimIssuesDeps, round: Round, claims: readonly Claim[], found: readonly ReadyIssue[]) => {
  const pairs: Pair[] = [];
  const open = new Set(claims);
  for (const issue of found) {
    if (open.size === 0) break;
    if (round.tried.has(keyOf(issue))) continue;
    const world = { issue: issue.state };
    const claim = [...open].find((one) => decideAssign(world, commandFor(deps, round, one, issue)).ok);
    if (claim === undefined) continue;
    open.delete(claim);
    pairs.push({ claim, issue });
    round.tried.add(keyOf(issue));
    round.toAgents.add(claim.claimer.agent.id, 1);
    round.inRepositories.add(issue.state.repo, 1);
  }
  return pairs;
};

/** Commits one pair; false when another was faster, or something changed in between. */
const commit = async (deps: ClaimIssuesDeps, batch: Batch, { claim, issue }: Pair): Promise<boolean> => {
  const { agent, instance } = claim.claimer;
  const { repo, number, title, pr } = issue.state;
  const outcome = await deps.assign({
    cause: { id: uuidv7(deps.clock.now()), actor: { kind: 'agent', id: agent.id } },
    repo,
    number,
    kind: 'implement',
    agent,
    headSha: null,
    instance,
    known: { world: worldOfIssue(issue.state), held: claim.standing.held, pauses: batch.pauses },
  });
  const made =
    outcome.status === 'committed' ? outcome.events.find(({ type }) => type === 'ISSUE_ASSIGNED') : undefined;
  if (made?.type !== 'ISSUE_ASSIGNED') {
    batch.toAgents.add(agent.id, -1);
    return false;
  }
  const { taskId, tier } = made.data;
  claim.give({ taskId, kind: 'implement', position: made.position, repo, issue: number, pr, title, tier });
  return true;
};

const mayHave = ({ policyFor }: ClaimIssuesDeps, batch: Batch, { claimer, standing }: Claim, of: ReadyClass): boolean =>
  eligible({
    agent: claimer.agent,
    kind: 'implement',
    repo: of.repo,
    labels: of.requires.map((capability) => `requires-${capability}`),
    policy: policyFor(of.repo),
    inFlight: standing.held + batch.toAgents.of(claimer.agent.id),
    author: null,
    pauses: batch.pauses,
  }).ok;

/** Gives what was found; answers who got something, and whether somebody lost a race for it. */
const give = async (deps: ClaimIssuesDeps, round: Round, claims: readonly Claim[], found: readonly ReadyIssue[]) => {
  const pairs = match(deps, round, claims, found);
  // All of them end before anything is thrown: whoever got something has been told.
  const ends = await Promise.allSettled(pairs.map((pair) => commit(deps, round, pair)));
  const won = ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
  const given = new Set(pairs.filter((_, index) => won[index] === true).map(({ claim }) => claim));
  return { left: claims.filter((claim) => !given.has(claim)), lost: given.size < pairs.length };
};

/** Of the classes that some claim may have, the best issues. */
const fromClasses = async (deps: ClaimIssuesDeps, round: Round, claims: readonly Claim[]) => {
  const classes = await deps.reads.readyClasses();
  const within = classes.filter((of) => claims.some((claim) => mayHave(deps, round, claim, of)));
  const { now, hourBegan } = round;
  return within.length === 0 ? [] : deps.reads.readyIssues({ limit: claims.length + SPARE, within, now, hourBegan });
};

/**
 * Gives ready issues to those who ask, best first. What stands at the head of the backlog is mostly for everybody; for
 * a claim that may have none of it the classes of ready issues are looked through, so that nothing it could have is
 * hidden behind what it cannot. Claims that get nothing are not told.
 */
export const createClaimIssues = (deps: ClaimIssuesDeps) => {
  const { clock, reads } = deps;
  return async (claims: readonly Claim[], pauses: Pauses): Promise<void> => {
    const batch: Batch = { pauses, toAgents: createTally(), tried: new Set() };
    let open = claims;
    for (let n = 0; n < ROUNDS && open.length > 0; n++) {
      const at = clock.now();
      const times = { now: isoTime(at), hourBegan: isoTime(at - RATE_WINDOW_MS) };
      const round: Round = { ...batch, ...times, inRepositories: createTally() };
      const limit = open.length + SPARE;
      const head = await reads.readyIssues({ limit, ...times });
      const first = await give(deps, round, open, head);
      if (first.left.length === 0) return;
      const more = head.length < limit ? [] : await fromClasses(deps, round, first.left);
      const second = await give(deps, round, first.left, more);
      if (!first.lost && !second.lost) return;
      open = second.left;
    }
  };
};

export type ClaimIssues = ReturnType<typeof createClaimIssues>;
