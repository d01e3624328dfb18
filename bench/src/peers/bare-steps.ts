import { Redis } from 'ioredis';
import pg from 'pg';
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from '../core/stats.js';
import { createCaller } from '../harness/http.js';

export interface BareSteps {
  /** Medians in milliseconds. */
  measure(times: number): Promise<{ readonly commit: number; readonly hop: number; readonly http: number }>;
  close(): Promise<void>;
}

const BODY = JSON.stringify({ text: 'x'.repeat(500) });

const timed = async (times: number, one: () => Promise<unknown>): Promise<number> => {
  const taken: number[] = [];
  for (let n = 0; n < times; n++) {
    const started = performance.now();
    await one();
    taken.push(performance.now() - started);
  }
  return median(taken);
};

const openHop = (valkey: string) => {
  const writer = new Redis(valkey, { protocol: 2 });
  const reader = new Redis(valkey, { protocol: 2 });
  const stream = 'bench-hop';
  return {
    prepare: async (): Promise<void> => {
      await writer.del(stream);
      await writer.xgroup('CREATE', stream, 'g', '0', 'MKSTREAM');
    },
    once: async (): Promise<void> => {
      const read = reader.call('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 1, 'BLOCK', 2_000, 'STREAMS', stream, '>');
      await writer.xadd(stream, '*', 'json', BODY);
      await read;
    },
    close: async (): Promise<void> => {
      await Promise.all([writer.quit(), reader.quit()]);
    },
  };
};

/** A server in another process that reads a body and answers it. */
const startEcho = (): Promise<{ readonly url: string; readonly child: ChildProcess }> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./bare-http-child.js', import.meta.url)));
    child.once('error', reject);
    child.once('message', (port) => resolve({ url: `http://127.0.0.1:${Number(port)}`, child }));
  });

/** The steps that any such path is made of, each by itself and with nothing round it. */
export const openBareSteps = async (postgres: string, valkey: string): Promise<BareSteps> => {
  const client = new pg.Client({ connectionString: postgres });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('create table bare_commit (id bigint generated always as identity primary key, body text)');
  const hop = openHop(valkey);
  const echo = await startEcho();
  const http = createCaller(echo.url, 1);
  return {
    measure: async (times) => {
      await hop.prepare();
      return {
        commit: await timed(times, () => client.query('insert into bare_commit (body) values ($1)', [BODY])),
        hop: await timed(times, hop.once),
        http: await timed(times, () => http.call('POST', '/', { 'content-type': 'application/json' }, BODY)),
      };
    },
    close: async () => {
      http.close();
      echo.child.kill();
      await hop.close();
      await client.end();
    },
  };
};
