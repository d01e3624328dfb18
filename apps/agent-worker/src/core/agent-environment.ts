/** What an agent command sees of the worker's environment. */
const ALLOWED = ['PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'RIG_SCRIPTED_FLAWS'];

/** Never handed through, whatever the configuration says: they open Rig or the forge. */
const FORBIDDEN = /^(?:RIG_(?!SCRIPTED_FLAWS$)|GITHUB_|GH_|GIT_|NODE_OPTIONS$|LD_)/;

/**
 * The environment of an agent command: an allow-list, what the operator passes through by name, and the attempt's own
 * folders. HOME is a fresh folder unless the operator passes it through.
 */
export const agentEnvironment = (
  from: Readonly<Record<string, string | undefined>>,
  passThrough: readonly string[],
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const names = [...ALLOWED, ...passThrough].filter((name) => !FORBIDDEN.test(name));
  const passed = names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]] as const]));
  return { ...own, ...Object.fromEntries(passed) };
};
