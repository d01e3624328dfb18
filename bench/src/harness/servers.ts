import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startValkey, type EmbeddedServer } from '@rig/embedded';
import pg from 'pg';

/** Postgres and Valkey of one run, in a folder that goes with it. Started when they are first asked for. */
export interface Servers {
  /** A fresh database; fsync and synchronous_commit are on. */
  database(): Promise<string>;
  /** A Valkey database of its own, with an append-only file flushed every second; at most 15 in a run. */
  valkey(): Promise<string>;
  /** Process ids of what was started. */
  pids(): readonly number[];
  stop(): Promise<void>;
}

/** What is stated with every figure. */
export const POSTGRES_DURABILITY = 'Postgres, fsync and synchronous_commit on: counted after its commit';
export const VALKEY_DURABILITY = 'Valkey, appendonly yes, appendfsync everysec (transport; the truth is in Postgres)';

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};

export const createServers = (): Servers => {
  const running: EmbeddedServer[] = [];
  const folder = once(() => mkdtemp(join(tmpdir(), 'rig-bench-')));
  const keep = (server: EmbeddedServer): EmbeddedServer => {
    running.push(server);
    return server;
  };
  const postgres = once(async () => keep(await startPostgres({ dataDir: join(await folder(), 'postgres') })));
  const valkey = once(async () => keep(await startValkey({ dataDir: join(await folder(), 'valkey') })));
  let databases = 0;

  return {
    database: async () => {
      const { url } = await postgres();
      const name = `bench_${randomBytes(4).toString('hex')}`;
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
    valkey: async () => {
      const { url } = await valkey();
      databases += 1;
      if (databases > 15) throw new Error('a run has 15 Valkey databases at most');
      return Object.assign(new URL(url), { pathname: `/${databases}` }).href;
    },
    pids: () => running.map(({ pid }) => pid),
    stop: async () => {
      for (const server of running) await server.stop();
      if (running.length > 0) await rm(await folder(), { recursive: true, force: true });
    },
  };
};
