import type { Refusal, Result } from '@rig/kernel';
import { pauseFor, roleFor, type AgentConfig } from '@rig/policy';
import { chooseAgent, isFix, mayGet, nobody, type TaskWish } from './choose-agent.js';
import type { Member, Standing } from './crew.js';
import type { LanesDeps } from './lanes.js';
import type { Queue } from './queue.js';
import type { Wait } from './wait.js';

const wishOf = ({ lane, repo }: Queue, { board, config }: LanesDeps): TaskWish => {
  const labels = lane.needs.map((capability) => `requires-${capability}`);
  const { task: kind, author } = lane;
  return { kind, repo, labels, policy: config.policyOf(repo), author, pauses: board.pauses };
};

/** Of the agents that could be asked, the one whose answer is the reason: see `MOST_HOPEFUL_FIRST`. */
const spokesman = (queue: Queue, { board, config, crew, capacity }: LanesDeps): Member | undefined => {
  const { lane, repo } = queue;
  const policy = config.policyOf(repo);
  const first = (...standings: readonly Standing[]): Member | undefined =>
    lane.pools.some((pool) => standings.some((standing) => pool.standings.of(standing) > 0))
      ? crew.firstWho(lane.pools, ({ standing }) => standings.includes(standing))
      : undefined;
  const anyAwake = (): Member | undefined => crew.firstWho(crew.pools, ({ standing }) => standing !== 'paused');
  const anyPaused = (): Member | undefined =>
    crew.awake === crew.size ? undefined : crew.firstWho(crew.pools, ({ standing }) => standing === 'paused');
  if (pauseFor(board.pauses, repo) !== undefined) return crew.firstWho(crew.pools, () => true);
  if (policy.dispatch === 'off' || policy.tier === 'T3') return anyAwake() ?? anyPaused();
  const full = lane.task === 'implement' && capacity.recent('', repo).inRepository >= policy.maxPerHour;
  const hopeful = full
    ? (first('full') ?? first('rated', 'free', 'claims'))
    : (first('full') ?? first('rated') ?? first('claims'));
  if (hopeful !== undefined) return hopeful;
  const unable = crew.pools.filter((pool) => pool.role === roleFor(lane.task) && !lane.pools.includes(pool));
  return anyPaused() ?? crew.firstWho(unable, ({ standing }) => standing !== 'paused');
};

const answerTo = (queue: Queue, deps: LanesDeps): Result<AgentConfig, Refusal> => {
  const { lane } = queue;
  const wish = wishOf(queue, deps);
  if (isFix(lane.task)) {
    const asked = lane.author === null ? undefined : deps.crew.member(lane.author)?.agent;
    return chooseAgent(asked === undefined ? [] : [asked], wish, deps.capacity);
  }
  // Only after an agent became a reviewer while its pull requests were open.
  if (lane.author !== null) return chooseAgent(deps.config.agents, wish, deps.capacity);
  const member = spokesman(queue, deps);
  return member === undefined ? nobody(lane.task) : mayGet(member.agent, wish, deps.capacity);
};

/** Why what waits in a queue is given to nobody; undefined when it could be. */
export const reasonOf = (queue: Queue, deps: LanesDeps): Wait | undefined => {
  const answer = answerTo(queue, deps);
  return answer.ok ? undefined : { code: answer.refusal.code, message: answer.refusal.message };
};
