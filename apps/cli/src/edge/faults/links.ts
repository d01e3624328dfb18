import { createFaultProxy, type FaultProxy } from '@rig/testkit';
import type { History } from '../../core/faults/history.js';
import type { ProcessSpec } from '../../core/process-spec.js';
import { FORGE, GATEWAY } from '../../core/system-plan.js';
import type { WorldLink } from '../../flows/faults/world.js';

/** Environment variables that name a peer, and the peer. */
const PEERS: Readonly<Record<string, string>> = {
  RIG_POSTGRES_URL: 'postgres',
  RIG_VALKEY_URL: 'valkey',
  RIG_CONDUCTOR_URL: 'conductor',
  RIG_GATEWAY_URL: 'gateway',
  GITHUB_API_URL: 'forge',
  GITHUB_GIT_URL: 'forge',
};

/** The forge's webhooks; nothing goes through it until a row says so. */
export const FORGE_LINK = `${FORGE}>gateway`;

const portOf = ({ env }: ProcessSpec): number => Number(env['RIG_PORT']);

/** Every connection between two processes, each through a proxy of its own that can be cut. */
export interface Links {
  /** Makes the proxies of a process; called once before it is planned. */
  prepare(specs: readonly ProcessSpec[]): Promise<void>;
  adapt(spec: ProcessSpec): ProcessSpec;
  /** Links by name, such as `conductor-0>valkey`. */
  names(): readonly string[];
  get(name: string): WorldLink | undefined;
  close(): Promise<void>;
}

/** The same link, with what is done to it written down. */
const recorded = (proxy: FaultProxy, name: string, history: History): WorldLink => {
  const note = (what: string): void => history.add({ op: 'link', link: name, what });
  return {
    port: proxy.port,
    partition: (direction = 'both') => (note(`partition ${direction}`), proxy.partition(direction)),
    halfOpen: () => (note('half-open'), proxy.halfOpen()),
    latency: (ms) => (note(`latency ${ms} ms`), proxy.latency(ms)),
    cutAnswer: (match, times) => (
      note(`cut the answer to ${match.source}, ${times} times`),
      proxy.cutAnswer(match, times)
    ),
    answer: (match, response, times) => {
      note(`answer ${match.source} with ${response.split('\r\n')[0] ?? ''}, ${times} times`);
      proxy.answer(match, response, times);
    },
    heal: () => (note('heal'), proxy.heal()),
    answered: proxy.answered,
    cuts: proxy.cuts,
  };
};

export const createLinks = (history: History): Links => {
  const proxies = new Map<string, FaultProxy>();
  const linkOf = (spec: ProcessSpec, variable: string): string => `${spec.name}>${PEERS[variable] ?? ''}`;
  const addresses = (spec: ProcessSpec): (readonly [string, URL])[] =>
    Object.keys(PEERS).flatMap((variable) => {
      const text = spec.env[variable];
      return text === undefined ? [] : [[variable, new URL(text)] as const];
    });
  return {
    prepare: async (specs) => {
      for (const spec of specs) {
        for (const [variable, url] of addresses(spec)) {
          const name = linkOf(spec, variable);
          if (!proxies.has(name)) proxies.set(name, await createFaultProxy({ targetPort: Number(url.port) }));
        }
        // The forge is told the gateway's address by its seed: a row that wants this link points the forge at it.
        if (spec.name === GATEWAY) proxies.set(FORGE_LINK, await createFaultProxy({ targetPort: portOf(spec) }));
      }
    },
    adapt: (spec) => {
      const env: Record<string, string> = { ...spec.env };
      for (const [variable, url] of addresses(spec)) {
        const proxy = proxies.get(linkOf(spec, variable));
        if (proxy === undefined) continue;
        url.port = String(proxy.port);
        // A URL without a path gets none: the forge's address is compared as text.
        env[variable] = url.pathname === '/' ? url.href.replace(/\/$/, '') : url.href;
      }
      return { ...spec, env };
    },
    names: () => [...proxies.keys()],
    get: (name) => {
      const proxy = proxies.get(name);
      return proxy && recorded(proxy, name, history);
    },
    close: async () => {
      await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
    },
  };
};
