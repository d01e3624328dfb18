import { describe, expect, it } from '@jest/globals';
import { POSTGRES, VALKEY, readAddress } from './server-address.js';

describe('the address of a server of one’s own', () => {
  it.each([
    [POSTGRES, 'postgres://a:b@db.example/x', { host: 'db.example', port: 5432, tls: false }],
    [POSTGRES, 'postgresql://[::1]:15432/x', { host: '::1', port: 15432, tls: false }],
    [VALKEY, 'rediss://:pw@cache:7000', { host: 'cache', port: 7000, tls: true }],
  ] as const)('is read from %o', (kind, value, address) => {
    expect(readAddress(kind, value)).toEqual(address);
  });

  it.each([
    [POSTGRES, 'nonsense', 'RIG_POSTGRES_URL is not a URL'],
    [POSTGRES, 'mysql://root:secret@db/x', 'begins with mysql:'],
    [VALKEY, 'http://:secret@cache', 'begins with http:'],
    [VALKEY, 'redis:///0', 'names no host'],
  ] as const)('is refused by name and without its password (%o)', (kind, value, words) => {
    const answer = readAddress(kind, value);
    expect('problem' in answer && answer.problem).toContain(words);
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});
