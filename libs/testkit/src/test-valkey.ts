import { serverUrl } from './server-url.js';
import { TEST_DATABASES } from './test-servers.js';
import { valkeyCommands } from './valkey-command.js';

export interface TestValkey {
  /** With the database's number as its path. */
  readonly url: string;
  /** Empties the database. May be called twice. */
  close(): Promise<void>;
}

/** In database 0, which is handed to nobody. */
const COUNTER = 'rig:test:databases';

/**
 * An empty database of its own on the run's real Valkey: keys, streams and groups are apart from every other test's.
 * Shared with all others are the server itself (CLIENT KILL, CONFIG, FLUSHALL: start a server of your own with
 * `startValkey` for those) and publish/subscribe channels.
 */
export const testValkey = async (): Promise<TestValkey> => {
  const url = serverUrl('RIG_TEST_VALKEY_URL');
  const [count = '1'] = await valkeyCommands(url, [['INCR', COUNTER]]);
  const number = String(1 + ((Number(count) - 1) % (TEST_DATABASES - 1)));
  const empty = async (): Promise<void> => {
    await valkeyCommands(url, [['SELECT', number], ['FLUSHDB']]);
  };
  await empty();
  const own = new URL(url);
  own.pathname = `/${number}`;
  return { url: own.href, close: empty };
};
