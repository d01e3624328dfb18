import { createFaultProxy, type FaultProxy } from '@rig/testkit';
import type { ProcessSpec } from '../../core/process-spec.js';

/** Environment variables that name a peer, and the peer. */
const PEERS: Readonly<Record<string, string>> = {
  RIG_POSTGRES_URL: 'postgres',
  RIG_VALKEY_URL: 'valkey',
  RIG_CONDUCTOR_URL: 'conductor',
  RIG_GATEWAY_URL: 'gateway',
  GITHUB_API_URL: 'forge',
  GITHUB_GIT_URL: 'forge',
};

/** Every connection between two processes, each through a proxy of its own that can be cut. */
export interface Links {
  /** Makes the proxies of a process; called once before it is planned. */
  prepare(specs: readonly ProcessSpec[]): Promise<void>;
  adapt(spec: ProcessSpec): ProcessSpec;
  /** Links by name, such as `conductor-0>valkey`. */
  names(): readonly string[];
  get(name: string): FaultProxy | undefined;
  close(): Promise<void>;
}

export const createLinks = (): Links => {
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
    get: (name) => proxies.get(name),
    close: async () => {
      await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
    },
  };
};
