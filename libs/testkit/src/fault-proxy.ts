import { connect, createServer, type Socket } from 'node:net';

/** Which way bytes are held back: from the client to the server, from the server to the client, or both. */
export type Direction = 'to-server' | 'to-client' | 'both';

export interface FaultProxyOptions {
  /** Where connections go; may be changed later. Host 127.0.0.1. */
  readonly targetPort: number;
}

/** A TCP proxy on a free loopback port that loses, delays and falsifies what goes through it. */
export interface FaultProxy {
  readonly port: number;
  /** Connections made from now on go there. */
  retarget(port: number): void;
  /** Swallows bytes one way or both, without closing anything: what a cut cable looks like. */
  partition(direction?: Direction): void;
  /** Ends the server's side of every open connection and tells the client nothing: half-open. */
  halfOpen(): void;
  /** Delays every chunk, both ways, in milliseconds. */
  latency(ms: number): void;
  /** Answers requests whose first bytes match with `response` instead of passing them on, `times` times. */
  answer(match: RegExp, response: string, times: number): void;
  /**
   * Passes requests on whose first bytes match, and cuts the connection when their answer comes: what was asked for was
   * done, and whoever asked does not learn it. So often as `times` says.
   */
  cutAnswer(match: RegExp, times: number): void;
  /**
   * Lets everything through again. Connections that lost bytes are cut: their streams have holes that no real network
   * would leave.
   */
  heal(): void;
  /** Answers given instead of the server's. */
  answered(): number;
  /** Answers that were lost with their connection. */
  cuts(): number;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  lost: boolean;
  /** Its next answer is not passed on. */
  doomed: boolean;
}

interface State {
  target: number;
  held: Direction | undefined;
  latencyMs: number;
  canned: { match: RegExp; response: string; left: number } | undefined;
  answered: number;
  cutting: { match: RegExp; left: number } | undefined;
  cuts: number;
}

const blocks = (held: Direction | undefined, way: 'to-server' | 'to-client'): boolean =>
  held === 'both' || held === way;

const later = (ms: number, act: () => void): void => {
  if (ms === 0) act();
  else setTimeout(act, ms);
};

const firstBytes = (chunk: Buffer): string => chunk.subarray(0, 512).toString('latin1');

/** Whether the answer to this request is to be lost. */
const dooms = ({ cutting }: State, chunk: Buffer): boolean => {
  if (cutting === undefined || cutting.left === 0 || !cutting.match.test(firstBytes(chunk))) return false;
  cutting.left -= 1;
  return true;
};

const cannedAnswer = (state: State, chunk: Buffer): string | undefined => {
  const { canned } = state;
  if (canned === undefined || canned.left === 0 || !canned.match.test(firstBytes(chunk))) return undefined;
  canned.left -= 1;
  state.answered += 1;
  return canned.response;
};

const pass = (state: State, links: Set<Link>, client: Socket): void => {
  const server = connect({ host: '127.0.0.1', port: state.target });
  const link: Link = { client, server, lost: false, doomed: false };
  links.add(link);
  const send = (way: 'to-server' | 'to-client', to: Socket, chunk: Buffer): void => {
    if (blocks(state.held, way) || link.lost) link.lost = true;
    else later(state.latencyMs, () => void (to.destroyed || to.write(chunk)));
  };
  client.on('data', (chunk: Buffer) => {
    const response = cannedAnswer(state, chunk);
    if (response !== undefined) return void client.end(response);
    link.doomed ||= dooms(state, chunk);
    send('to-server', server, chunk);
  });
  server.on('data', (chunk: Buffer) => {
    if (!link.doomed) return send('to-client', client, chunk);
    state.cuts += 1;
    client.destroy();
    server.destroy();
  });
  const end = (other: Socket) => (): void => {
    // The news of an end does not get through a cut either.
    if (state.held === undefined && !link.lost) other.destroy();
    if (client.destroyed && server.destroyed) links.delete(link);
  };
  client.on('close', end(server)).on('error', () => undefined);
  server.on('close', end(client)).on('error', () => undefined);
};

const untroubled = { held: undefined, latencyMs: 0, canned: undefined, cutting: undefined };

export const createFaultProxy = async ({ targetPort }: FaultProxyOptions): Promise<FaultProxy> => {
  const state: State = { ...untroubled, target: targetPort, answered: 0, cuts: 0 };
  const links = new Set<Link>();
  const cut = (which: (link: Link) => boolean): void => {
    for (const link of [...links].filter(which)) {
      link.client.destroy();
      link.server.destroy();
      links.delete(link);
    }
  };
  const listener = createServer((client) => pass(state, links, client));
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', resolve);
  });
  const address = listener.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    retarget: (port) => (state.target = port),
    partition: (direction = 'both') => (state.held = direction),
    halfOpen: () => {
      for (const link of links) {
        link.lost = true;
        link.server.destroy();
      }
    },
    latency: (ms) => (state.latencyMs = ms),
    answer: (match, response, times) => (state.canned = { match, response, left: times }),
    cutAnswer: (match, times) => (state.cutting = { match, left: times }),
    heal: () => {
      Object.assign(state, untroubled);
      cut(({ lost }) => lost);
    },
    answered: () => state.answered,
    cuts: () => state.cuts,
    close: async () => {
      cut(() => true);
      await new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  };
};
