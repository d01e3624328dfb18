import { accept, refuse, type Refusal, type Result } from '@rig/kernel';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads settings; a file that is not there or empty has none. */
export const readJsonSettings = (text: string | undefined): Result<JsonObject, Refusal> => {
  if (text === undefined || text.trim() === '') return accept({});
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return accept(value);
  } catch {
    // As below.
  }
  return refuse({
    code: 'SETTINGS_INVALID',
    message: 'the settings are no JSON object',
    fix: 'Mend or move the file, then install again; it has been left as it was.',
  });
};

export const writeJsonSettings = (settings: JsonObject): string => `${JSON.stringify(settings, null, 2)}\n`;

/** A handler in a group of hooks, as Claude Code, Codex and Gemini CLI write it alike. */
export interface HookGroup {
  readonly matcher: string;
  readonly hooks: readonly JsonObject[];
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Whether a group, or one of its handlers, is the guard of any installation. */
const runsGuard = (handler: unknown): boolean =>
  isObject(handler) && typeof handler['command'] === 'string' && /(^|\/)rig-guard$/.test(handler['command']);

const withoutGuard = (group: unknown): readonly unknown[] => {
  if (!isObject(group)) return [group];
  const handlers = list(group['hooks']);
  const left = handlers.filter((handler) => !runsGuard(handler));
  if (left.length === handlers.length) return [group];
  return left.length === 0 ? [] : [{ ...group, hooks: left }];
};

/** Puts a group into `hooks.<event>`, in the place of what an earlier installation put there, else before all others. */
export const putGroup = (settings: JsonObject, event: string, group: HookGroup): JsonObject => {
  const hooks = isObject(settings['hooks']) ? settings['hooks'] : {};
  const others = list(hooks[event]).flatMap(withoutGuard);
  return { ...settings, hooks: { ...hooks, [event]: [group, ...others] } };
};

export interface FoundHandler {
  readonly matcher: string | undefined;
  readonly handler: JsonObject;
}

/** Every handler of an event, with the matcher of its group. */
export const handlersOf = (settings: JsonObject, event: string): readonly FoundHandler[] => {
  const hooks = settings['hooks'];
  const groups = isObject(hooks) ? list(hooks[event]) : [];
  return groups.filter(isObject).flatMap((group) => {
    const matcher = typeof group['matcher'] === 'string' && group['matcher'] !== '' ? group['matcher'] : undefined;
    return list(group['hooks'])
      .filter(isObject)
      .filter((handler) => typeof handler['command'] === 'string')
      .map((handler) => ({ matcher: matcher === '*' ? undefined : matcher, handler }));
  });
};

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const wordsOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((word) => typeof word === 'string') : undefined;

/** A number of units as milliseconds, or the default. */
export const timeOf = (value: unknown, unitMs: number, fallbackMs: number): number =>
  typeof value === 'number' && value > 0 ? value * unitMs : fallbackMs;
