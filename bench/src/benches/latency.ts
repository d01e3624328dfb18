import type { Measured } from '../core/figure.js';
import { percentile } from '../core/stats.js';
import type { Bench, BenchContext } from '../harness/bench.js';
import { POSTGRES_DURABILITY } from '../harness/servers.js';
import { startInstantForge } from '../harness/instant-forge.js';
import { openBareSteps } from '../peers/bare-steps.js';
import { openIssueTraffic } from '../product/issue-traffic.js';
import { startServices } from '../product/services.js';

/** What lies between a webhook and a started attempt, whoever builds it. */
export const STEPS = { commit: 5, hop: 4, http: 3 } as const;

const HOW =
  'Signed webhooks of opened and approved issues go to the gateway at a steady rate, by the clock and not by the ' +
  'answers; gateway, conductor and dispatcher run as they are, each a process; a worker takes the offer and asks the ' +
  'conductor for the attempt. The time runs from when the webhook was due to the worker’s answer. The forge answers ' +
  'at once. Beside it the sum of the bare steps: 5 commits of one row (inbox, issue, outbox, assignment, attempt), ' +
  '4 stream hops (inbox, events, facts, offer) and 3 HTTP calls (webhook, who may approve, start), each measured alone ' +
  'in the same rounds.';

interface Round {
  readonly p50: number[];
  readonly p99: number[];
}

const measured = (name: string, { p50, p99 }: Round, bare: readonly number[]): readonly Measured[] => {
  const common = { unit: 'ms', how: HOW, durability: POSTGRES_DURABILITY };
  return [
    {
      ...common,
      name: `${name}, p50`,
      values: p50,
      versus: { name: 'bare steps added up', values: bare },
      aim: { is: '≤', bound: 3 },
    },
    {
      ...common,
      name: `${name}, p99`,
      values: p99,
      versus: { name: 'its own p50', values: p50 },
      aim: { is: '≤', bound: 10 },
    },
  ];
};

const run = async ({ servers, rounds, size }: BenchContext): Promise<readonly Measured[]> => {
  const [postgres, valkey, forge] = [await servers.database(), await servers.valkey(), await startInstantForge()];
  const agents = ['dev-e-1', 'dev-e-2', 'dev-e-3', 'dev-e-4'];
  const services = await startServices({
    postgres,
    valkey,
    forgeUrl: forge.url,
    agents,
    slots: 1_000,
    delivery: 'stream',
    start: ['conductor', 'gateway', 'dispatcher'],
  });
  const traffic = await openIssueTraffic(services, valkey, agents);
  const bareSteps = await openBareSteps(postgres, valkey);
  const [slow, fast]: [Round, Round] = [
    { p50: [], p99: [] },
    { p50: [], p99: [] },
  ];
  const bare: number[] = [];
  try {
    // Warm code, caches and connections.
    await traffic.run(size(300, 20), 100);
    for (let round = 0; round < rounds; round++) {
      const { commit, hop, http } = await bareSteps.measure(size(200, 20));
      bare.push(commit * STEPS.commit + hop * STEPS.hop + http * STEPS.http);
      for (const [into, issues, perSecond] of [
        [slow, size(30, 3), 1],
        [fast, size(1_000, 50), 100],
      ] as const) {
        const times = await traffic.run(issues, perSecond);
        into.p50.push(percentile(times, 0.5));
        into.p99.push(percentile(times, 0.99));
      }
    }
    return [...measured('1 issue a second', slow, bare), ...measured('100 issues a second', fast, bare)];
  } finally {
    await bareSteps.close();
    await traffic.close();
    await services.stop();
    await forge.close();
  }
};

export const latency: Bench = {
  name: 'latency',
  about: 'From a webhook sent to a worker that holds a started attempt, beside the bare steps of that path.',
  run,
};
