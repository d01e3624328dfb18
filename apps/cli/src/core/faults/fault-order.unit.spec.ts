import { describe, expect, it } from '@jest/globals';
import { createFaultHook, parseFaultOrder, type FaultOrder } from './fault-order.js';

describe('an order for a fault point', () => {
  it('kills at the first passing when nothing else is said', () => {
    expect(parseFaultOrder('push.before')).toEqual({ name: 'push.before', passing: 1, kind: 'kill' });
    expect(parseFaultOrder('push.before:3:stop')).toEqual({ name: 'push.before', passing: 3, kind: 'stop' });
  });

  it.each(['', 'Push', 'a:0', 'a:1:burn', 'a b'])('is not %p', (text) => {
    expect(parseFaultOrder(text)).toBeUndefined();
  });
});

describe('the fault points of a process', () => {
  const stage = () => {
    const orders = new Map<string, string>();
    const struck: FaultOrder[] = [];
    const first: string[] = [];
    const hook = createFaultHook({
      orderFor: (name) => orders.get(name),
      onFirst: (name) => void first.push(name),
      strike: (order) => {
        orders.delete(order.name);
        struck.push(order);
      },
    });
    return { orders, struck, first, hook };
  };

  it('do nothing while none is armed, and tell each first passing', () => {
    const { hook, struck, first } = stage();
    for (const name of ['a.b', 'c.d', 'a.b']) hook(name);
    expect(struck).toEqual([]);
    expect(first).toEqual(['a.b', 'c.d']);
  });

  it('strike once, at the passing that was asked for, counted from the arming', () => {
    const { hook, struck, orders } = stage();
    hook('a.b');
    orders.set('a.b', 'a.b:2:stop');
    for (const name of ['a.b', 'c.d']) hook(name);
    expect(struck).toEqual([]);
    for (const name of ['a.b', 'a.b', 'a.b']) hook(name);
    expect(struck).toEqual([{ name: 'a.b', passing: 2, kind: 'stop' }]);
  });
});
