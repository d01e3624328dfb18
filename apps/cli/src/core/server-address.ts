/** What a variable that names a server of the operator's own may hold. */
export interface ServerKind {
  readonly variable: 'RIG_POSTGRES_URL' | 'RIG_VALKEY_URL';
  readonly name: 'Postgres' | 'Valkey';
  readonly schemes: readonly string[];
  readonly port: number;
  readonly example: string;
}

export const POSTGRES: ServerKind = {
  variable: 'RIG_POSTGRES_URL',
  name: 'Postgres',
  schemes: ['postgres', 'postgresql'],
  port: 5432,
  example: 'postgres://user:password@host:5432/database',
};

export const VALKEY: ServerKind = {
  variable: 'RIG_VALKEY_URL',
  name: 'Valkey',
  schemes: ['redis', 'rediss', 'valkey', 'valkeys'],
  port: 6379,
  example: 'redis://:password@host:6379/0',
};

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** The address in a URL, or what is wrong with it. The value itself is never shown: it may hold a password. */
export const readAddress = (kind: ServerKind, value: string): ServerAddress | { readonly problem: string } => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined) return { problem: `${kind.variable} is not a URL` };
  const scheme = url.protocol.slice(0, -1);
  if (!kind.schemes.includes(scheme)) {
    return { problem: `${kind.variable} begins with ${scheme}:, which is no ${kind.name} address` };
  }
  // IPv6 addresses stand in brackets in a URL and nowhere else.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') return { problem: `${kind.variable} names no host` };
  return {
    host,
    port: url.port === '' ? kind.port : Number(url.port),
    tls: scheme === 'rediss' || scheme === 'valkeys',
  };
};
