import { describe, expect, it } from '@jest/globals';
import { NO_POLICY } from '@rig/guard';
import { accept, refuse } from '@rig/kernel';
import type { BlockedFact } from '../core/blocked-fact.js';
import { createGuardCall, type GuardCallDeps } from './guard-call.js';

const stamp = { id: '0197f3a0-0000-7000-8000-000000000001', time: '2026-03-02T09:30:00.000Z' };
const input = (command: string, change: object = {}): string =>
  JSON.stringify({
    hook_event_name: 'PreToolUse',
    session_id: 's',
    cwd: '/code/repo',
    tool_name: 'Bash',
    tool_input: { command },
    ...change,
  });

const guard = (text: string, change: Partial<GuardCallDeps> = {}) => {
  const kept: BlockedFact[] = [];
  const verdict = createGuardCall({
    input: () => accept(text),
    policy: () => accept(NO_POLICY),
    place: ({ cwd }) => accept({ cwd, workspace: '/code/repo' }),
    scripts: () => () => undefined,
    links: () => () => undefined,
    identity: { agent: 'dev-e-1', taskId: null, fence: null },
    record: (fact) => void kept.push(fact),
    stamp: () => stamp,
    ...change,
  })();
  return { ...verdict, kept };
};

const fault = refuse({ code: 'ANY', message: 'something is amiss' });

describe('a call', () => {
  it('that is harmless happens, and nothing is said', () => {
    expect(guard(input('npm test'))).toEqual({ exitCode: 0, said: '', kept: [] });
  });

  it('that is forbidden does not, is explained and reported', () => {
    const { exitCode, said, kept } = guard(input('sudo true'));
    expect({ exitCode, rules: kept.map(({ data }) => data.rule) }).toEqual({ exitCode: 2, rules: ['priv.sudo'] });
    expect(said).toContain('priv.sudo');
  });

  it('is judged with the scripts it runs', () => {
    const scripts = () => (path: string) => (path === '/code/repo/x.sh' ? 'git push --force' : undefined);
    expect(guard(input('bash x.sh'), { scripts })).toMatchObject({ exitCode: 2 });
  });

  it.each<[string, Partial<GuardCallDeps>]>([
    ['its input cannot be read', { input: () => fault }],
    ['its input is none', { input: () => accept('{}') }],
    ['the policy cannot be read', { policy: () => fault }],
    ['its workspace is none', { place: () => fault }],
  ])('does not happen when %s', (_why, change) => {
    expect(guard(input('npm test'), change)).toMatchObject({ exitCode: 2, said: expect.stringContaining('guard') });
  });

  it('is refused all the same when its report is not kept, and that is said', () => {
    const { exitCode, said } = guard(input('sudo true'), { record: () => 'the spool is full' });
    expect(exitCode).toBe(2);
    expect(said).toContain('the spool is full');
  });

  it('outside a worker is refused without a report', () => {
    expect(guard(input('sudo true'), { identity: undefined })).toMatchObject({ exitCode: 2, kept: [] });
  });

  it('that tests the guard is reported under the id it names', () => {
    const id = '0197f3a0-0000-7000-8000-0000000000ff';
    const { kept } = guard(input('sudo -n true', { session_id: `rig-canary-${id}` }));
    expect(kept).toMatchObject([{ id, data: { canary: true } }]);
    expect(guard(input('sudo -n true')).kept).toMatchObject([{ id: stamp.id, data: { canary: false } }]);
  });
});
