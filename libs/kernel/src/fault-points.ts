/** Where a module that is loaded before the program puts the function that is told of every passing of a fault point. */
const HOOK = Symbol.for('rig.fault-points');

/**
 * A named place at which the fault suite ends or stops the process: behind a receive, round a durable write, round an
 * outbound call, before an acknowledgement. It does nothing unless such a function was put there before.
 * The suite finds the names by reading the sources, so a name is a literal, in lower case, used in one place.
 */
export const faultPoint = (name: string): void => {
  const hook: unknown = Reflect.get(globalThis, HOOK);
  if (typeof hook === 'function') Reflect.apply(hook, undefined, [name]);
};
