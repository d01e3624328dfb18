import { describe, expect, it } from '@jest/globals';
import { createFaultPoint, faultPoint, parseFaultPoint, type FaultKind } from './fault-points.js';

describe('a fault point', () => {
  it('does nothing unless it is armed', () => {
    expect(() => faultPoint('anything.at-all')).not.toThrow();
  });

  it('strikes once, at the passing that was asked for', () => {
    const struck: FaultKind[] = [];
    const point = createFaultPoint(parseFaultPoint('relay.after-xadd:2:stop'), (kind) => void struck.push(kind));
    for (const name of ['relay.after-xadd', 'append.after-commit', 'relay.after-xadd', 'relay.after-xadd']) point(name);
    expect(struck).toEqual(['stop']);
  });

  it('kills at the first passing when nothing else is said', () => {
    expect(parseFaultPoint('push.before')).toEqual({ name: 'push.before', passing: 1, kind: 'kill' });
  });

  it.each(['', 'Push', 'a:0', 'a:1:burn', 'a b', undefined])('is not armed by %p', (text) => {
    expect(parseFaultPoint(text)).toBeUndefined();
  });
});
