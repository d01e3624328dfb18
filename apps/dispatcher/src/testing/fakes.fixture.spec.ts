import type { Fact } from '@rig/contracts';
import { silentLogger, type Lifecycle } from '@rig/kernel';
import type { Outbox } from '@rig/outbox';

export { silentLogger };

export interface FakeOutbox extends Pick<Outbox, 'put' | 'settle'>, Lifecycle {
  /** Every fact ever added. */
  readonly facts: Fact[];
  readonly settled: string[];
  /** When set, `put` fails with it. */
  broken: Error | undefined;
}

export const fakeOutbox = (): FakeOutbox => {
  const facts: Fact[] = [];
  const settled: string[] = [];
  const outbox: FakeOutbox = {
    facts,
    settled,
    broken: undefined,
    put: async (more) => {
      if (outbox.broken !== undefined) throw outbox.broken;
      facts.push(...more);
    },
    settle: async (ids) => void settled.push(...ids),
    start: async () => undefined,
    stop: async () => undefined,
  };
  return outbox;
};
