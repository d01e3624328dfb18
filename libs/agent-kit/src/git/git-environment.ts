/** Credentials for one git call: good for one origin, carried by the environment, never by a URL or an argument. */
export interface GitCredentials {
  /** The address that the header goes to; nothing but this origin ever gets it. */
  readonly url: string;
  readonly token: string;
}

const INHERITED = [
  'PATH',
  'TMPDIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
];

/**
 * Settings that win over whatever a repository's own config says: nothing found in a clone may start a program or send
 * a token elsewhere.
 */
export const SAFE_SETTINGS: readonly (readonly [string, string])[] = [
  ['protocol.ext.allow', 'never'],
  // git would send the token along to wherever the forge's answer points. A renamed repository is renamed in the policy.
  ['http.followRedirects', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['credential.helper', ''],
  ['commit.gpgSign', 'false'],
  ['tag.gpgSign', 'false'],
  ['push.gpgSign', 'false'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'no'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['advice.detachedHead', 'false'],
];

/** The whole environment of one git process. */
export const gitEnvironment = (
  from: NodeJS.ProcessEnv,
  credentials: GitCredentials | undefined,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> => {
  const settings: (readonly [string, string])[] = [];
  if (credentials !== undefined) {
    const basic = Buffer.from(`x-access-token:${credentials.token}`).toString('base64');
    settings.push([`http.${new URL(credentials.url).origin}/.extraHeader`, `Authorization: Basic ${basic}`]);
  }
  const inherited = INHERITED.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]] as const]));
  return {
    ...Object.fromEntries(inherited),
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], n) => [
        [`GIT_CONFIG_KEY_${n}`, key],
        [`GIT_CONFIG_VALUE_${n}`, value],
      ]),
    ),
    ...extra,
  };
};
