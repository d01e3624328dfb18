import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CLIENTS, type Scope } from './clients/client.js';
import { clientOf } from './clients/index.js';

const COMMAND = '/opt/rig/guard/rig-guard';
const SCOPES: readonly Scope[] = ['managed', 'user'];
const every = CLIENTS.flatMap((client) => SCOPES.map((scope) => [client, scope] as const));

const put = (client: (typeof CLIENTS)[number], scope: Scope, text: string | undefined, command = COMMAND): string => {
  const result = clientOf(client).put(text, command, scope);
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
};
const read = (client: (typeof CLIENTS)[number], text: string) => {
  const result = clientOf(client).read(text);
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
};

describe.each(every)('settings of %s (%s)', (client, scope) => {
  it('hold the guard, and are understood again', () => {
    const { commands, problems } = read(client, put(client, scope, undefined));
    expect(problems).toEqual([]);
    expect(commands).toMatchObject([{ command: COMMAND, timeoutMs: 30_000 }]);
    expect(new RegExp(`^(?:${commands[0]?.matcher ?? ''})$`).test(clientOf(client).shellTool)).toBe(true);
  });

  it('are the same when the guard is put in again, and name one guard alone when it has moved', () => {
    const once = put(client, scope, undefined);
    expect(put(client, scope, once)).toBe(once);
    const moved = put(client, scope, once, '/srv/guard/rig-guard');
    expect(read(client, moved).commands.map(({ command }) => command)).toEqual(['/srv/guard/rig-guard']);
  });

  it('that cannot be read are refused, never overwritten', () => {
    const broken = scope === 'managed' && client === 'codex' ? '[hooks]\nmanaged_dir = "/x"\n' : '{"hooks": ';
    expect(clientOf(client).put(broken, COMMAND, scope)).toMatchObject({ ok: false });
  });
});

describe('settings of Claude Code', () => {
  it('fail closed, for the tools that run or write, by their names', () => {
    expect(JSON.parse(put('claude-code', 'user', undefined))).toEqual({
      hooks: {
        PreToolUse: [
          {
            matcher: 'Bash|PowerShell|Monitor|Write|Edit|NotebookEdit|mcp__.*',
            hooks: [{ type: 'command', command: COMMAND, args: [], timeout: 30, onFailure: 'block' }],
          },
        ],
      },
    });
  });

  it('of the machine let no hook of a workspace change what was judged', () => {
    expect(JSON.parse(put('claude-code', 'managed', undefined))).toMatchObject({ allowManagedHooksOnly: true });
  });

  it('that switch hooks off are told', () => {
    const off = JSON.stringify({
      ...(JSON.parse(put('claude-code', 'user', undefined)) as object),
      disableAllHooks: true,
    });
    expect(read('claude-code', off).problems).toEqual([expect.stringContaining('disableAllHooks')]);
  });
});

describe('settings in JSON', () => {
  it('keep everything else, whatever it is', () => {
    const other = fc.dictionary(
      fc.string({ maxLength: 8 }).filter((key) => key !== 'hooks' && key !== 'hooksConfig' && key !== '__proto__'),
      fc.jsonValue(),
      { maxKeys: 4 },
    );
    const group = fc.record({
      matcher: fc.constantFrom('Bash', 'Write', '*'),
      hooks: fc.array(
        fc.record({ type: fc.constant('command'), command: fc.constantFrom('a', '/x/lint', 'rig-guardian') }),
        { minLength: 1, maxLength: 2 },
      ),
    });
    const events = fc.dictionary(
      fc.constantFrom('PreToolUse', 'BeforeTool', 'Stop'),
      fc.array(group, { maxLength: 2 }),
    );
    fc.assert(
      fc.property(
        other,
        events,
        fc.constantFrom('claude-code' as const, 'gemini-cli' as const),
        (rest, hooks, client) => {
          const before: unknown = JSON.parse(JSON.stringify({ ...rest, hooks }));
          const after = JSON.parse(put(client, 'user', JSON.stringify(before))) as Record<string, unknown>;
          const event = client === 'claude-code' ? 'PreToolUse' : 'BeforeTool';
          const own = (after['hooks'] as Record<string, unknown[]>)[event] ?? [];
          const without = { ...(after['hooks'] as object), [event]: own.slice(1) };
          const had = { ...hooks, [event]: hooks[event] ?? [] };
          expect({ ...after, hooks: without, hooksConfig: undefined }).toEqual({
            ...(before as object),
            hooks: had,
            hooksConfig: undefined,
          });
        },
      ),
    );
  });
});

describe('requirements.toml of Codex', () => {
  const others = 'allowed_approval_policies = ["never"]\n\n[rules]\nprefix_rules = []\n';

  it('keeps what is not ours byte for byte', () => {
    const text = put('codex', 'managed', others);
    expect(text).toContain(others.trim());
    expect(text.indexOf('allow_managed_hooks_only')).toBeLessThan(text.indexOf('allowed_approval_policies'));
    expect(text.indexOf('[[hooks.PreToolUse]]')).toBeGreaterThan(text.indexOf('[rules]'));
    expect(put('codex', 'managed', text)).toBe(text);
  });

  it.each(['[features]\nhooks = false\n', '[[hooks.PreToolUse]]\n', 'allow_managed_hooks_only = false\n'])(
    'with %j of its own is left alone, and what to add is told',
    (text) => {
      expect(clientOf('codex').put(text, COMMAND, 'managed')).toMatchObject({
        ok: false,
        refusal: { code: 'SETTINGS_CONFLICT', fix: expect.stringContaining(COMMAND) },
      });
    },
  );
});
