import type { Kit } from '@rig/nest-kit';
import type { Backlog } from '../core/backlog.js';
import type { Intent } from '../core/intent.js';
import type { ApplyOutcome } from '../flows/apply-event.js';

export interface DispatcherMetrics {
  leads(leads: boolean): void;
  sent(intent: Intent): void;
  applied(outcome: ApplyOutcome, events: number): void;
  pass(loop: string, outcome: string): void;
  backlog(now: Backlog): void;
}

/** What the dispatcher tells Prometheus. */
export const createMetrics = (kit: Pick<Kit, 'counter' | 'gauge' | 'clock'>): DispatcherMetrics => {
  const leader = kit.gauge({ name: 'rig_dispatcher_leader', help: '1 while this process leads.' });
  const intents = kit.counter({
    name: 'rig_dispatcher_intents_total',
    help: 'Proposals sent to the conductor.',
    labels: ['kind'],
  });
  const lost = kit.counter({ name: 'rig_dispatcher_lost_attempts_total', help: 'Attempts reported as lost.' });
  const events = kit.counter({
    name: 'rig_dispatcher_events_total',
    help: 'Events of the log by outcome.',
    labels: ['outcome'],
  });
  const passes = kit.counter({
    name: 'rig_dispatcher_passes_total',
    help: 'Passes of each loop by outcome.',
    labels: ['loop', 'outcome'],
  });
  const backlog = kit.gauge({ name: 'rig_dispatcher_backlog', help: 'Open work by state.', labels: ['state'] });
  const waiting = kit.gauge({
    name: 'rig_dispatcher_waiting',
    help: 'Issues and pull requests that wait, by reason.',
    labels: ['reason'],
  });
  const oldest = kit.gauge({ name: 'rig_dispatcher_oldest_ready_seconds', help: 'Age of the oldest ready issue.' });
  const reasons = new Set<string>();

  return {
    leads: (leads) => leader(leads ? 1 : 0),
    sent: (intent) => {
      intents({ kind: intent.kind === 'assign' ? intent.task : intent.kind });
      if (intent.kind === 'attempt-lost') lost();
    },
    applied: (outcome, count) => {
      if (count > 0) events({ outcome }, count);
    },
    pass: (loop, outcome) => passes({ loop, outcome }),
    backlog: (now) => {
      backlog(now.readyIssues, { state: 'ready' });
      backlog(now.assignedTasks, { state: 'assigned' });
      backlog(now.runningTasks, { state: 'running' });
      backlog(now.openPulls, { state: 'open-pull' });
      for (const reason of now.waiting.keys()) reasons.add(reason);
      // A reason that nothing waits for any more must fall to 0, not stay where it was.
      for (const reason of reasons) waiting(now.waiting.get(reason) ?? 0, { reason });
      const age = now.oldestReady === undefined ? 0 : kit.clock.now() - Date.parse(now.oldestReady);
      oldest(Math.max(0, age) / 1_000);
    },
  };
};
