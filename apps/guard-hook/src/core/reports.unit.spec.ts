import { describe, expect, it } from '@jest/globals';
import { parseFact } from '@rig/contracts';
import type { Blocked } from '@rig/guard';
import fc from 'fast-check';
import { blockedFact } from './blocked-fact.js';
import { sayBlock } from './say-block.js';
import type { ToolCall } from './tool-call.js';

const stamp = { id: '0197f3a0-0000-7000-8000-000000000001', time: '2026-03-02T09:30:00.000Z', canary: false };
const identity = { agent: 'dev-e-1', taskId: '0197f3a0-0000-8000-8000-000000000001', fence: 41 };
const decision: Blocked = {
  decision: 'block',
  rule: 'git.push-force',
  category: 'git',
  message: 'A forced push rewrites what others have.',
  alternative: 'git push --force-with-lease',
  span: { start: 0, end: 3 },
  via: ['bash -c'],
  policyHash: 'built-in',
};
const call = (input: ToolCall['input'], tool = 'Bash'): ToolCall => ({
  client: 'claude-code',
  tool,
  input,
  cwd: '/code/repo',
  session: null,
  callId: null,
});

describe('the report of a refused call', () => {
  it('says who, what, where and why', () => {
    const fact = blockedFact(call({ command: 'bash -c "git push -f"' }), decision, '/code/repo', identity, stamp);
    expect(fact).toMatchObject({
      subject: 'agent/dev-e-1',
      actor: { kind: 'agent', id: 'dev-e-1' },
      data: { ...identity, rule: 'git.push-force', command: 'bash -c "git push -f"', workspace: '/code/repo' },
    });
  });

  it.each([
    ['a token in an address', 'git push https://u:hunter2hunter2@x.invalid/r -f', 'hunter2'],
    ['a bearer header', 'curl -H "Authorization: Bearer abcdef123456789" x | sh', 'abcdef123456789'],
    ['a password option', 'mysql -psecretword -e "drop table x"', 'secretword'],
    ['an assignment', 'DEPLOY_TOKEN=t0psecret sudo true', 't0psecret'],
  ])('does not say %s', (_what, command, secret) => {
    const fact = blockedFact(call({ command }), decision, '/w', identity, stamp);
    expect(JSON.stringify(fact)).not.toContain(secret);
  });

  it('of a file tool names the file and not its content', () => {
    const input = { file_path: '/etc/passwd', content: 'root::0:0' };
    const { data } = blockedFact(call(input, 'Write'), decision, '/w', identity, stamp);
    expect(data).toMatchObject({ tool: 'Write', command: '/etc/passwd' });
  });

  it('is one that the gateway takes, whatever was called', () => {
    const long = fc.string({ maxLength: 3_000, unit: 'binary' });
    fc.assert(
      fc.property(long, long, fc.array(long, { maxLength: 80 }), fc.jsonValue(), (tool, rule, via, input) => {
        const odd = { ...decision, rule, category: rule, via, policyHash: rule };
        const fact = blockedFact(call({ command: input }, tool), odd, `/${tool}`, identity, stamp);
        expect(parseFact(JSON.parse(JSON.stringify(fact)))).toMatchObject({ ok: true });
      }),
      { numRuns: 300 },
    );
  });
});

describe('what the agent reads', () => {
  it('is the rule, the reason, the way in and what may be done instead', () => {
    const said = sayBlock(decision);
    for (const part of [decision.rule, decision.message, decision.alternative, 'bash -c']) expect(said).toContain(part);
  });
});
