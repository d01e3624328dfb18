import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

export interface BackendCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Readable | undefined;
  readonly dir: string;
  /** Below the repository: `/info/refs`, `/git-upload-pack`, `/git-receive-pack`. */
  readonly path: string;
  readonly query: string;
  readonly login: string;
  /** Refs that the update hook refuses. */
  readonly refusedRefs: readonly string[];
  /** Milliseconds. */
  readonly timeoutMs: number;
}

const environment = (call: BackendCall): NodeJS.ProcessEnv => {
  const { headers, method } = call.request;
  const text = (name: string): string => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    // The folder may belong to another user when the forge runs as root in a container.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_PROJECT_ROOT: call.dir,
    PATH_INFO: call.path,
    REQUEST_METHOD: method ?? 'GET',
    QUERY_STRING: call.query,
    REMOTE_USER: call.login,
    REMOTE_ADDR: '127.0.0.1',
    CONTENT_TYPE: text('content-type'),
    ...(text('content-length') === '' ? {} : { CONTENT_LENGTH: text('content-length') }),
    ...(text('content-encoding') === '' ? {} : { HTTP_CONTENT_ENCODING: text('content-encoding') }),
    ...(text('git-protocol') === '' ? {} : { GIT_PROTOCOL: text('git-protocol') }),
    DEV_FORGE_REFUSED_REFS: call.refusedRefs.join('\n'),
  };
};

const writeHead = (response: ServerResponse, head: string): void => {
  let status = 200;
  for (const line of head.split(/\r?\n/)) {
    const at = line.indexOf(':');
    if (at < 0) continue;
    const [name, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    if (name.toLowerCase() === 'status') status = Number(value.slice(0, 3)) || 500;
    else response.setHeader(name, value);
  }
  response.writeHead(status);
};

/** Runs `git http-backend` as a CGI program for one request; resolves when it has ended, true if it went well. */
export const runBackend = (call: BackendCall): Promise<boolean> =>
  new Promise((resolve) => {
    const { response, body } = call;
    const child = spawn('git', ['http-backend'], { env: environment(call), stdio: ['pipe', 'pipe', 'ignore'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), call.timeoutMs);
    let head: Buffer | undefined = Buffer.alloc(0);
    child.stdout.on('data', (chunk: Buffer) => {
      if (head === undefined) {
        if (!response.write(chunk)) {
          child.stdout.pause();
          response.once('drain', () => child.stdout.resume());
        }
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const rest = head.subarray(end + 4);
      writeHead(response, head.subarray(0, end).toString('latin1'));
      head = undefined;
      if (rest.length > 0) response.write(rest);
    });
    child.stdin.on('error', () => undefined);
    response.on('close', () => {
      if (!response.writableFinished) child.kill('SIGKILL');
      child.stdout.resume();
    });
    const finish = (good: boolean): void => {
      clearTimeout(timer);
      if (head !== undefined && !response.headersSent) response.writeHead(500);
      resolve(good);
    };
    child.once('error', () => finish(false));
    child.once('close', (code) => finish(code === 0));
    if (body === undefined) child.stdin.end();
    else body.pipe(child.stdin);
  });
