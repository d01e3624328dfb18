import { connect } from 'node:net';
import { RigError } from '@rig/kernel';
import { usageError } from '../core/arguments.js';
import { POSTGRES, VALKEY, readAddress, type ServerAddress, type ServerKind } from '../core/server-address.js';

/** Milliseconds for name, connection and first answer together. */
const LIMIT = 1_500;

/** Postgres answers a request for TLS with one letter, Valkey any command with + or -; neither asks for a password. */
const GREETING: Readonly<Record<ServerKind['name'], { readonly hello: Buffer; readonly answer: RegExp }>> = {
  Postgres: { hello: Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]), answer: /^[SN]/ },
  Valkey: { hello: Buffer.from('PING\r\n'), answer: /^[+-]/ },
};

/** Opens a connection and closes it again; undefined when the right kind of server answers there. */
const problemAt = (kind: ServerKind, { host, port, tls }: ServerAddress): Promise<string | undefined> =>
  new Promise((resolve) => {
    const { hello, answer } = GREETING[kind.name];
    const socket = connect({ host, port });
    const where = `${host}:${port}`;
    let connected = false;
    const finish = (problem: string | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    const silent = (): string =>
      connected ? `what listens at ${where} is no ${kind.name}` : `nobody answers at ${where}`;
    const timer = setTimeout(() => finish(silent()), LIMIT);
    socket.on('connect', () => {
      connected = true;
      if (tls) finish(undefined);
      else socket.write(hello);
    });
    socket.on('data', (chunk) => finish(answer.test(chunk.toString('latin1')) ? undefined : silent()));
    socket.on('close', () => finish(silent()));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const unknown = error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN';
      finish(unknown ? `the host ${host} is not known` : silent());
    });
  });

export const fixFor = ({ variable, name, example }: ServerKind): string =>
  `Set ${variable} to a ${name} that runs, such as ${example}, or unset it: Rig brings its own.`;

/** What is wrong with a server of the operator's own; `unusable` when no server could ever be found by that value. */
export const lookAtServer = async (
  kind: ServerKind,
  value: string,
): Promise<{ readonly where: string } | { readonly problem: string; readonly unusable: boolean }> => {
  const address = readAddress(kind, value);
  if ('problem' in address) return { problem: address.problem, unusable: true };
  const problem = await problemAt(kind, address);
  if (problem !== undefined) return { problem: `${problem} (${kind.variable})`, unusable: false };
  return { where: `${address.host}:${address.port} (${kind.variable})` };
};

/** The value of the variable, looked at before anything is started; undefined where it is not set. */
const checkedUrl = async (kind: ServerKind): Promise<string | undefined> => {
  const value = process.env[kind.variable];
  if (value === undefined || value === '') return undefined;
  const look = await lookAtServer(kind, value);
  if ('where' in look) return value;
  if (look.unusable) throw usageError(look.problem, fixFor(kind));
  throw new RigError({ code: 'SERVER_NOT_REACHED', kind: 'terminal', message: look.problem, fix: fixFor(kind) });
};

/** The operator's own servers, each known to answer. Takes less than two seconds. */
export const ownServers = async (): Promise<{ postgresUrl: string | undefined; valkeyUrl: string | undefined }> => {
  const [postgresUrl, valkeyUrl] = await Promise.all([checkedUrl(POSTGRES), checkedUrl(VALKEY)]);
  return { postgresUrl, valkeyUrl };
};
