import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { parseInput } from './parse-input.js';

/** The inputs as the clients document them; the hook reads them by hand, and has to come to the same answer. */
const path = z.string().regex(/^\/[^\0]*$/);
const name = z.string().min(1);
const object = z.record(z.string(), z.unknown());
const maybe = z.string().nullish();
const documented = z.union([
  z.looseObject({
    hook_event_name: z.literal('PreToolUse'),
    session_id: name,
    cwd: path,
    tool_name: name,
    tool_input: object,
    tool_use_id: maybe,
    turn_id: z.custom((value) => typeof value !== 'string').optional(),
  }),
  z.looseObject({
    hook_event_name: z.literal('PreToolUse'),
    session_id: name,
    turn_id: name,
    cwd: path,
    model: maybe,
    tool_name: name,
    tool_input: object,
    tool_use_id: maybe,
  }),
  z.looseObject({
    hook_event_name: z.literal('BeforeTool'),
    session_id: name,
    cwd: path,
    timestamp: maybe,
    tool_name: name,
    tool_input: object,
  }),
]);

const claude = {
  session_id: '5c3f',
  transcript_path: '/home/a/.claude/projects/x/5c3f.jsonl',
  cwd: '/code/repo',
  permission_mode: 'default',
  hook_event_name: 'PreToolUse',
  tool_name: 'Bash',
  tool_input: { command: 'npm test', description: 'Runs the tests' },
  tool_use_id: 'toolu_01',
};
const codex = {
  session_id: '0199',
  turn_id: '3',
  transcript_path: null,
  cwd: '/code/repo',
  hook_event_name: 'PreToolUse',
  model: 'a-model',
  permission_mode: 'bypassPermissions',
  tool_name: 'Bash',
  tool_input: { command: 'npm test' },
  tool_use_id: 'call_1',
};
const gemini = {
  session_id: 'b8',
  transcript_path: '/tmp/t.json',
  cwd: '/code/repo',
  hook_event_name: 'BeforeTool',
  timestamp: '2026-03-02T09:30:00.000Z',
  tool_name: 'run_shell_command',
  tool_input: { command: 'npm test', dir_path: 'packages/a' },
};

const read = (value: unknown) => parseInput(JSON.stringify(value));

describe('the input of a client', () => {
  it('of Claude Code is understood', () => {
    expect(read(claude)).toEqual({
      ok: true,
      value: {
        client: 'claude-code',
        tool: 'Bash',
        input: claude.tool_input,
        cwd: '/code/repo',
        session: '5c3f',
        callId: 'toolu_01',
      },
    });
  });

  it('of Codex is understood, with the folder a call names', () => {
    expect(read(codex)).toMatchObject({ ok: true, value: { client: 'codex', tool: 'Bash', cwd: '/code/repo' } });
    const elsewhere = { ...codex, tool_input: { command: 'ls', workdir: '/srv' } };
    expect(read(elsewhere)).toMatchObject({ ok: true, value: { cwd: '/srv' } });
  });

  it('of Gemini CLI is understood, with the folder a call names', () => {
    expect(read(gemini)).toMatchObject({
      ok: true,
      value: { client: 'gemini-cli', tool: 'run_shell_command', cwd: '/code/repo/packages/a', callId: null },
    });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"hook_event_name":'],
    ['a list', '[]'],
    ['another event', JSON.stringify({ ...claude, hook_event_name: 'PostToolUse' })],
    ['no tool', JSON.stringify({ ...claude, tool_name: '' })],
    ['no input of the tool', JSON.stringify({ ...claude, tool_input: 'rm -rf /' })],
    ['a folder that is relative', JSON.stringify({ ...gemini, cwd: 'repo' })],
  ])('that is %s is refused', (_what, text) => {
    expect(parseInput(text)).toMatchObject({ ok: false, refusal: { code: 'INPUT_INVALID' } });
  });

  it('is read as its documentation says, whatever stands in it', () => {
    const field = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('PreToolUse', 'BeforeTool', '/code', 'Bash', '') },
      { weight: 1, arbitrary: fc.jsonValue() },
      { weight: 2, arbitrary: fc.constantFrom({ command: 'ls' }, null, undefined, 7, []) },
    );
    const base = fc.constantFrom<Record<string, unknown>>(claude, codex, gemini);
    const change = fc.dictionary(fc.constantFrom(...Object.keys({ ...claude, ...codex, ...gemini })), field, {
      maxKeys: 3,
    });
    fc.assert(
      fc.property(base, change, (whole, changes) => {
        const value: unknown = JSON.parse(JSON.stringify({ ...whole, ...changes }));
        expect(read(value).ok).toBe(documented.safeParse(value).success);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(parseInput(text).ok).toBe(false)));
  });
});
