import { describe, expect, it } from '@jest/globals';
import { firstIssue } from '@rig/agent-kit';
import { plain } from './format.js';
import type { RunRecord } from './run-record.js';
import { upLines } from './up-lines.js';

const record: RunRecord = {
  pid: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  root: '/r',
  conductorUrl: 'http://127.0.0.1:1',
  gatewayUrl: 'http://127.0.0.1:2',
  forgeUrl: 'http://127.0.0.1:3',
  operatorTokenFile: '/r/operator.token',
  webhookSecretFile: '/r/webhook.secret',
  configDir: '/r/config',
  keysDir: '/r/keys',
  logs: '/r/logs',
  services: [],
};
const printed = (forgeUrl: string | null): string =>
  upLines({ ...record, forgeUrl }, 'acme/greeter', '/r/ada.token', firstIssue, plain).join('\n');

describe('what rig up prints', () => {
  it('files exactly the issue that the scripted author is known to do', () => {
    const [, body = ''] = /-d '([^']*)'/.exec(printed('http://127.0.0.1:3')) ?? [];
    expect(JSON.parse(body)).toEqual(firstIssue);
  });

  it('clones with the token from its file, not in the address', () => {
    const text = printed('http://127.0.0.1:3');
    expect(text).toContain('clone http://127.0.0.1:3/acme/greeter.git');
    expect(text).toContain('$(cat /r/ada.token)');
  });

  it('says on GitHub what has to be set, and nothing of dev-forge', () => {
    expect(printed(null)).toContain('dispatch: on');
    expect(printed(null)).not.toContain('curl');
  });
});
