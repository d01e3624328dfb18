import { RigError } from '@rig/kernel';

/** The address that the test run's global setup left for us. */
export const serverUrl = (name: 'RIG_TEST_POSTGRES_URL' | 'RIG_TEST_VALKEY_URL'): URL => {
  const url = process.env[name];
  if (url !== undefined) return new URL(url);
  throw new RigError({
    code: 'TEST_SERVERS_MISSING',
    kind: 'bug',
    message: `${name} is not set: no test servers run`,
    fix: 'Name the file *.int.spec.ts, so that it runs in the `int` project.',
  });
};
