import { connect } from 'node:net';
import { RigError } from '@rig/kernel';

const encode = (words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

const LIMIT = 5_000;

/**
 * Sends commands one after another on a connection of their own and answers their replies, which must be simple
 * ones (status or integer). Enough to reset a database, and no client library is dragged into every test.
 */
export const valkeyCommands = (url: URL, commands: readonly (readonly string[])[]): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const login = url.password === '' ? [] : [['AUTH', decodeURIComponent(url.password)]];
    const all = [...login, ...commands];
    const socket = connect({ host: url.hostname, port: Number(url.port === '' ? 6379 : url.port) });
    const fail = (message: string): void => {
      socket.destroy();
      reject(new RigError({ code: 'TEST_VALKEY_FAILED', kind: 'retryable', message: `Valkey: ${message}` }));
    };
    let text = '';
    socket.setTimeout(LIMIT, () => fail(`no answer in ${LIMIT} ms`));
    socket.on('error', (error) => fail(error.message));
    socket.on('connect', () => socket.write(all.map(encode).join('')));
    socket.on('data', (chunk) => {
      text += chunk.toString();
      const replies = text.split('\r\n').slice(0, -1);
      const wrong = replies.find((reply) => reply.startsWith('-'));
      if (wrong !== undefined) return fail(wrong);
      if (replies.length < all.length) return;
      socket.destroy();
      resolve(replies.slice(login.length).map((reply) => reply.slice(1)));
    });
  });
