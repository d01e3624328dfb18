import type { Decision } from '@rig/guard';
import type { Kit } from '@rig/nest-kit';
import type { Block } from '../core/block.js';
import type { Spike } from '../core/spikes.js';

/** A decision takes microseconds, a hundred long commands some hundredths of a second. */
const BUCKETS = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
];
/** Rules told apart, at most: workers report whatever rule they name. */
const MAX_RULES = 200;

export interface GuardMetrics {
  decided(decision: Decision, seconds: number): void;
  event(outcome: string): void;
  blocked(block: Block): void;
  spiked(spike: Spike): void;
  waiting(facts: number): void;
  dropped(): void;
  position(position: number): void;
  pass(loop: string, outcome: string): void;
}

const createRuleLabel = (): ((rule: string) => string) => {
  const known = new Set<string>();
  return (rule) => {
    if (known.size < MAX_RULES) known.add(rule);
    return known.has(rule) ? rule : 'other';
  };
};

/** What guard-svc tells Prometheus. */
export const createMetrics = (kit: Pick<Kit, 'counter' | 'gauge' | 'seconds'>): GuardMetrics => {
  const decisions = kit.counter({
    name: 'rig_guard_decisions_total',
    help: 'Questions answered over HTTP, by rule (none: allowed).',
    labels: ['decision', 'rule'],
  });
  const seconds = kit.seconds({
    name: 'rig_guard_decision_seconds',
    help: 'Time to decide one question.',
    buckets: BUCKETS,
  });
  const events = kit.counter({
    name: 'rig_guard_events_total',
    help: 'Events of the log by what became of them.',
    labels: ['outcome'],
  });
  const blocks = kit.counter({ name: 'rig_guard_blocks_total', help: 'Blocks taken in, by rule.', labels: ['rule'] });
  const spikes = kit.counter({ name: 'rig_guard_spikes_total', help: 'Spikes found, by cause.', labels: ['cause'] });
  const waiting = kit.gauge({ name: 'rig_guard_waiting_blocks', help: 'Blocks found here that wait in memory.' });
  const dropped = kit.counter({ name: 'rig_guard_dropped_blocks_total', help: 'Blocks lost because too many waited.' });
  const position = kit.gauge({ name: 'rig_guard_position', help: 'Position up to which the log was taken in.' });
  const passes = kit.counter({
    name: 'rig_guard_passes_total',
    help: 'Passes of each loop by outcome.',
    labels: ['loop', 'outcome'],
  });
  // A series that begins with its first spike has no increase that an alert could see.
  for (const cause of ['burst', 'rate']) spikes({ cause }, 0);
  const labelOf = createRuleLabel();
  return {
    decided: (decision, took) => {
      const rule = decision.decision === 'block' ? labelOf(decision.rule) : 'none';
      decisions({ decision: decision.decision, rule });
      seconds(took);
    },
    event: (outcome) => events({ outcome }),
    blocked: ({ rule }) => blocks({ rule: labelOf(rule) }),
    spiked: ({ cause }) => spikes({ cause }),
    waiting: (facts) => waiting(facts),
    dropped: () => dropped(),
    position: (at) => position(at),
    pass: (loop, outcome) => passes({ loop, outcome }),
  };
};
