import { join } from 'node:path';
import { startPostgres, startValkey } from '@rig/embedded';

export interface TestServers {
  readonly postgresUrl: string;
  readonly valkeyUrl: string;
  stop(): Promise<void>;
}

export interface TestServersOptions {
  /** Where the servers keep their data; the caller removes it. */
  readonly folder: string;
  /** RIG_TEST_POSTGRES_URL and RIG_TEST_VALKEY_URL name servers to be used; RIG_TEST_BACKEND=docker starts containers. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Valkey's numbered databases: one for each `testValkey()` call, used again in turn. */
export const TEST_DATABASES = 512;

interface Started {
  readonly url: string;
  stop(): Promise<void>;
}

/** Tests kill processes, never the machine: waiting for the disk would only cost time. */
const FAST = { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB' };

const embedded = async (folder: string): Promise<readonly [Started, Started]> => {
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings: FAST });
  const valkey = await startValkey({ dataDir: join(folder, 'valkey'), databases: TEST_DATABASES });
  return [postgres, valkey];
};

const containers = async (): Promise<readonly [Started, Started]> => {
  // Imported only here: it costs half a second and is of no use without an engine.
  const { GenericContainer, Wait } = await import('testcontainers');
  const postgres = await new GenericContainer('postgres:17')
    .withEnvironment({ POSTGRES_USER: 'rig', POSTGRES_PASSWORD: 'rig', POSTGRES_DB: 'postgres' })
    .withExposedPorts(5432)
    .withCommand(['postgres', ...Object.entries(FAST).flatMap(([name, value]) => ['-c', `${name}=${value}`])])
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
    .start();
  const valkey = await new GenericContainer('valkey/valkey:8')
    .withExposedPorts(6379)
    .withCommand(['valkey-server', '--databases', String(TEST_DATABASES), '--appendonly', 'yes'])
    .start();
  const stopper = (container: { stop(): Promise<unknown> }) => async (): Promise<void> => {
    await container.stop();
  };
  return [
    {
      url: `postgres://rig:rig@${postgres.getHost()}:${postgres.getMappedPort(5432)}/postgres`,
      stop: stopper(postgres),
    },
    { url: `redis://${valkey.getHost()}:${valkey.getMappedPort(6379)}/0`, stop: stopper(valkey) },
  ];
};

/** One Postgres and one Valkey for a test run. */
export const startTestServers = async ({ folder, env }: TestServersOptions): Promise<TestServers> => {
  const given = { postgres: env['RIG_TEST_POSTGRES_URL'], valkey: env['RIG_TEST_VALKEY_URL'] };
  if (given.postgres !== undefined && given.valkey !== undefined) {
    return { postgresUrl: given.postgres, valkeyUrl: given.valkey, stop: () => Promise.resolve() };
  }
  const [postgres, valkey] = env['RIG_TEST_BACKEND'] === 'docker' ? await containers() : await embedded(folder);
  return {
    postgresUrl: given.postgres ?? postgres.url,
    valkeyUrl: given.valkey ?? valkey.url,
    stop: async () => {
      await Promise.all([postgres.stop(), valkey.stop()]);
    },
  };
};
