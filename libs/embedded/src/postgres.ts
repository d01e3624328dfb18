import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { RigError } from '@rig/kernel';
import { awaitRelease, keptPassword } from './data-dir.js';
import { freePort } from './free-port.js';
import { postgresFolder } from './postgres-binaries.js';
import { chooseIdentity, placeBinaries, placeData, runAs, type Identity, type RunAs } from './run-as.js';
import { runCommand } from './run-command.js';
import { spawnServer, type EmbeddedServer, type RunningServer } from './server.js';

export interface StartPostgresOptions {
  /** Kept between runs: cluster, password, log. Made when absent. One server at a time. */
  readonly dataDir: string;
  /** Told what is being done, a line at a time. */
  readonly log?: (line: string) => void;
  /** Tried first, so that a restarted server keeps its address; a free port otherwise. */
  readonly port?: number;
  /** Server settings on top of ours, e.g. `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** For tests of the ways to run under root; chosen by itself otherwise. */
  readonly identity?: Identity;
}

interface Place extends RunAs {
  readonly home: string;
  readonly cluster: string;
  readonly binaries: string;
  readonly password: string;
}

const USER = 'rig';
/** Milliseconds; recovery after a kill -9 under load is what takes longest. */
const START_LIMIT = 60_000;
/** Refusals that mend themselves: a port just taken, or the children of a killed server on their way out. */
const PASSING = /Address already in use|pre-existing shared memory block|lock file "postmaster.pid" already exists/;

const command = (place: Place, program: string, args: readonly string[]): [string, string[]] => {
  const [file = '', ...rest] = [...place.prefix, join(place.binaries, 'bin', program), ...args];
  return [file, rest];
};

const environment = (): NodeJS.ProcessEnv => {
  // PG* variables of the user's own server would change ours; a fixed locale keeps messages and sorting the same.
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));
  return { ...own, LC_ALL: 'C', LANG: 'C', TZ: 'UTC' };
};

const prepare = async (options: StartPostgresOptions): Promise<Place> => {
  const identity = options.identity ?? (await chooseIdentity());
  const home = await placeData(resolve(options.dataDir), identity);
  const binaries = await placeBinaries(await postgresFolder(), identity);
  const password = await keptPassword(join(home, 'password'));
  return { ...runAs(identity), home, cluster: join(home, 'cluster'), binaries, password };
};

const own = async (place: Place, path: string): Promise<void> => {
  if (place.uid !== undefined && place.gid !== undefined) await chown(path, place.uid, place.gid);
};

/** A half-made cluster (killed in the middle) is made anew: the mark is written last. */
const initialise = async (place: Place): Promise<void> => {
  const mark = join(place.home, 'initialised');
  if (existsSync(mark)) return;
  await rm(place.cluster, { recursive: true, force: true });
  await mkdir(place.cluster, { mode: 0o700 });
  await own(place, place.cluster);
  const passwordFile = join(place.home, 'password');
  await own(place, passwordFile);
  const auth = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const args = ['-D', place.cluster, '-U', USER, '-E', 'UTF8', '--locale=C', '--no-sync', ...auth];
  const [file, rest] = command(place, 'initdb', args);
  const { uid, gid } = place;
  const made = await runCommand(file, rest, {
    env: environment(),
    cwd: place.home,
    ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
  });
  if (made.code !== 0) {
    throw new RigError({
      code: 'POSTGRES_INIT_FAILED',
      kind: 'terminal',
      message: `Postgres could not make its data folder: ${(made.stderr || made.stdout).trim().slice(-600)}`,
      fix: `Check the free space and the owner of ${place.home}, or set RIG_POSTGRES_URL.`,
    });
  }
  await writeFile(mark, '17\n');
};

const launch = async (place: Place, port: number, extra: Readonly<Record<string, string>>): Promise<RunningServer> => {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // No socket file: its path may be too long, and one door is enough.
    unix_socket_directories: '',
    max_connections: '200',
    wal_level: 'replica',
    ...extra,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [file, args] = command(place, 'postgres', ['-D', place.cluster, ...flags]);
  return spawnServer({
    name: 'Postgres',
    file,
    args,
    env: environment(),
    cwd: place.home,
    logFile: join(place.home, 'server.log'),
    stopSignal: 'SIGINT',
    // Immediate shutdown: unlike SIGKILL it leaves no shared memory behind; the write-ahead log mends the rest.
    orphanSignal: 'QUIT',
    ...(place.uid === undefined ? {} : { uid: place.uid }),
    ...(place.gid === undefined ? {} : { gid: place.gid }),
  });
};

/** The eighth line of postmaster.pid says `ready` when connections are accepted. */
const isReady = async (place: Place, pid: number): Promise<boolean> => {
  const lines = (await readFile(join(place.cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return lines[0]?.trim() === String(pid) && lines[7]?.trim() === 'ready';
};

const untilReady = async (place: Place, server: RunningServer): Promise<boolean> => {
  const giveUpAt = Date.now() + START_LIMIT;
  while (!server.hasExited() && Date.now() < giveUpAt) {
    if (await isReady(place, server.pid)) return true;
    await pause(15);
  }
  return false;
};

/**
 * Starts a real Postgres 17 on a free loopback port. Works under root and as an ordinary user, needs nothing
 * installed, ends with this process (even by SIGKILL), and keeps its data in `dataDir`.
 * @throws RigError `POSTGRES_NOT_FOUND`, `POSTGRES_INIT_FAILED`, `POSTGRES_START_FAILED`, `EMBEDDED_DATA_IN_USE`.
 */
export const startPostgres = async (options: StartPostgresOptions): Promise<EmbeddedServer> => {
  const place = await prepare(options);
  await awaitRelease('Postgres', place.cluster, join(place.cluster, 'postmaster.pid'));
  await initialise(place);
  await chmod(place.cluster, 0o700);
  let tail = '';
  // A port may be taken between asking for it and using it.
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = (attempt === 0 ? options.port : undefined) ?? (await freePort());
    const server = await launch(place, port, options.settings ?? {});
    if (await untilReady(place, server)) {
      options.log?.(`Postgres 17 listens on 127.0.0.1:${port}`);
      const { pid, exited, stop } = server;
      return { url: `postgres://${USER}:${place.password}@127.0.0.1:${port}/postgres`, pid, exited, stop };
    }
    await server.stop();
    tail = await server.logTail();
    if (!PASSING.test(tail)) break;
    await pause(300);
  }
  throw new RigError({
    code: 'POSTGRES_START_FAILED',
    kind: 'terminal',
    message: `Postgres did not start. Its last lines:\n${tail}`,
    fix: `Read ${join(place.home, 'server.log')}, or set RIG_POSTGRES_URL to a server of your own.`,
  });
};
