import type { Fact } from '@rig/contracts';
import { silentLogger, type Lifecycle } from '@rig/kernel';
import type { Outbox } from '@rig/outbox';

export { silentLogger };

export interface FakeOutbox extends Pick<Outbox, 'put' | 'settleSoon'>, Lifecycle {
  /** Every fact ever added. */
  readonly facts: Fact[];
  /** What was answered. */
  readonly answered: string[];
  settled(): Promise<void>;
  /** When set, `put` fails with it. */
  broken: Error | undefined;
}

export const fakeOutbox = (): FakeOutbox => {
  const facts: Fact[] = [];
  const answered: string[] = [];
  const outbox: FakeOutbox = {
    facts,
    answered,
    broken: undefined,
    put: async (more) => {
      if (outbox.broken !== undefined) throw outbox.broken;
      facts.push(...more);
    },
    settleSoon: async (ids) => void answered.push(...ids),
    settled: async () => undefined,
    start: async () => undefined,
    stop: async () => undefined,
  };
  return outbox;
};
