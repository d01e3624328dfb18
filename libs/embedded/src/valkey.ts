import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { RigError } from '@rig/kernel';
import { awaitRelease, keptPassword } from './data-dir.js';
import { freePort } from './free-port.js';
import { spawnServer, type EmbeddedServer, type RunningServer } from './server.js';
import { findValkey, type ValkeyBinary } from './valkey-binary.js';

export interface StartValkeyOptions {
  /** Kept between runs: append-only file, password, log. Made when absent. One server at a time. */
  readonly dataDir: string;
  /** Tried first, so that a restarted server keeps its address; a free port otherwise. */
  readonly port?: number;
  /** How many numbered databases there are. Default 16. */
  readonly databases?: number;
  /**
   * A Valkey ACL file whose users can log in as well. Its line for `default` is left out: whoever starts the server
   * keeps every right, under the password in `url`.
   */
  readonly aclFile?: string;
  /** A server of the user's own: nothing is started, its address is handed back. */
  readonly url?: string;
  /** Told what is being done, a line at a time. */
  readonly log?: (line: string) => void;
}

/** Milliseconds; loading a large append-only file is what takes longest. */
const START_LIMIT = 60_000;

/** Values in this file format are quoted, so that a folder's name may hold blanks. */
const quote = (value: string): string => `"${value.replace(/[\\"]/g, (mark) => `\\${mark}`)}"`;

/** Writes the users beside the data; resolves to the setting that loads them. */
const accessSetting = async (home: string, password: string, aclFile: string | undefined): Promise<string> => {
  if (aclFile === undefined) return `requirepass ${password}`;
  const lines = (await readFile(aclFile, 'utf8')).split('\n').filter((line) => !/^user default\b/.test(line));
  const hash = createHash('sha256').update(password).digest('hex');
  const users = join(home, 'users.acl');
  await writeFile(users, [...lines, `user default on #${hash} ~* &* +@all`, ''].join('\n'), { mode: 0o600 });
  return `aclfile ${quote(users)}`;
};

const configuration = (dataDir: string, port: number, access: string, databases: number): string =>
  [
    'bind 127.0.0.1',
    `port ${port}`,
    access,
    `dir ${quote(dataDir)}`,
    `pidfile ${quote(join(dataDir, 'valkey.pid'))}`,
    `databases ${databases}`,
    'appendonly yes',
    'appendfsync everysec',
    // The append-only file is the copy on disk; snapshots on top would double the writing.
    'save ""',
    // Group consumers must never be evicted silently: refusing to write is seen, losing entries is not.
    'maxmemory-policy noeviction',
    '',
  ].join('\n');

const launch = (binary: ValkeyBinary, home: string, config: string): Promise<RunningServer> =>
  spawnServer({
    name: 'Valkey',
    file: binary.file,
    // The pid file alone is written without `daemonize` when named; the rest comes by standard input.
    args: ['-'],
    env: binary.env,
    cwd: home,
    input: config,
    logFile: join(home, 'server.log'),
    stopSignal: 'SIGTERM',
    // Every answered write is in the kernel's hands, so killing loses nothing and cannot hang.
    orphanSignal: 'KILL',
  });

/** One connection, one AUTH and PING: what a client will do first. */
const answers = (port: number, password: string): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port });
    let seen = '';
    const finish = (ok: boolean): void => {
      socket.destroy();
      done(ok);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('close', () => finish(false));
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', (chunk) => {
      seen += chunk.toString();
      if (seen.includes('+PONG')) finish(true);
      else if (seen.includes('-LOADING') || seen.includes('-WRONGPASS')) finish(false);
    });
  });

const untilReady = async (server: RunningServer, port: number, password: string): Promise<boolean> => {
  const giveUpAt = Date.now() + START_LIMIT;
  while (!server.hasExited() && Date.now() < giveUpAt) {
    if (await answers(port, password)) return !server.hasExited();
    await pause(10);
  }
  return false;
};

const external = (url: string): EmbeddedServer => ({
  url,
  pid: 0,
  exited: new Promise<string>(() => undefined),
  stop: () => Promise.resolve(),
});

/**
 * Starts a real Valkey with an append-only file on a free loopback port; fetches the program when the machine has
 * none. It ends with this process (even by SIGKILL) and keeps its data in `dataDir`.
 * @throws RigError `VALKEY_NOT_FOUND`, `VALKEY_START_FAILED`, `EMBEDDED_DATA_IN_USE` (all terminal).
 */
export const startValkey = async (options: StartValkeyOptions): Promise<EmbeddedServer> => {
  if (options.url !== undefined) return external(options.url);
  const home = resolve(options.dataDir);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const binary = await findValkey(options.log === undefined ? {} : { log: options.log });
  await awaitRelease('Valkey', home, join(home, 'valkey.pid'));
  const password = await keptPassword(join(home, 'password'));
  const access = await accessSetting(home, password, options.aclFile);
  let tail = '';
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = (attempt === 0 ? options.port : undefined) ?? (await freePort());
    const server = await launch(binary, home, configuration(home, port, access, options.databases ?? 16));
    if (await untilReady(server, port, password)) {
      options.log?.(`Valkey ${binary.version} listens on 127.0.0.1:${port}`);
      const { pid, exited, stop } = server;
      return { url: `redis://:${password}@127.0.0.1:${port}/0`, pid, exited, stop };
    }
    await server.stop();
    tail = await server.logTail();
    if (!tail.includes('Address already in use')) break;
  }
  throw new RigError({
    code: 'VALKEY_START_FAILED',
    kind: 'terminal',
    message: `Valkey did not start. Its last lines:\n${tail}`,
    fix: `Read ${join(home, 'server.log')}, or set RIG_VALKEY_URL to a server of your own.`,
  });
};
