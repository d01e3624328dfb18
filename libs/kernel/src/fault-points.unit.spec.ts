import { afterEach, describe, expect, it } from '@jest/globals';
import { faultPoint } from './fault-points.js';

const HOOK = Symbol.for('rig.fault-points');

describe('a fault point', () => {
  afterEach(() => void Reflect.deleteProperty(globalThis, HOOK));

  it('does nothing unless somebody asked to be told', () => {
    expect(() => faultPoint('anything.at-all')).not.toThrow();
  });

  it('tells each passing to the function that was put there', () => {
    const passed: string[] = [];
    Reflect.set(globalThis, HOOK, (name: string) => void passed.push(name));
    for (const name of ['relay.after-xadd', 'append.after-commit', 'relay.after-xadd']) faultPoint(name);
    expect(passed).toEqual(['relay.after-xadd', 'append.after-commit', 'relay.after-xadd']);
  });
});
