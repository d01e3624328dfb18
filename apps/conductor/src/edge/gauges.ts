import { EVENTS_STREAM, FACTS_STREAM, INBOX_STREAM, tasksStream } from '@rig/contracts';
import type { EventLog } from '@rig/event-store';
import type { Forge } from '@rig/forge';
import type { Inbox } from '@rig/inbox';
import type { Kit } from '@rig/nest-kit';
import type { AgentsFile } from '@rig/policy';
import type { StreamBus } from '@rig/stream-bus';

export interface GaugeDeps {
  readonly kit: Kit;
  readonly inbox: Pick<Inbox, 'counts'>;
  readonly bus: Pick<StreamBus, 'groups' | 'deadLists' | 'lastPosition'>;
  readonly log: Pick<EventLog, 'head'>;
  readonly forge: Pick<Forge, 'rateBudget'>;
  agents(): AgentsFile;
}

/** What Grafana and the alerts look at; measured in one pass, since each value costs a round trip. */
export const createMeasure = ({ kit, inbox, bus, log, forge, agents }: GaugeDeps) => {
  const gauge = (name: string, help: string, labels: readonly string[] = []) => kit.gauge({ name, help, labels });
  const undecided = gauge('rig_inbox_undecided', 'Accepted deliveries and facts that wait to be decided');
  const oldest = gauge('rig_inbox_oldest_seconds', 'Age of the oldest undecided one');
  const head = gauge('rig_log_head', 'Position of the last committed event');
  const behind = gauge('rig_relay_behind_events', 'Committed events that are not on the stream yet');
  const lag = gauge('rig_stream_lag', 'Entries a consumer group has not read', ['stream', 'group']);
  const pending = gauge('rig_stream_pending', 'Entries read and not acknowledged', ['stream', 'group']);
  const dead = gauge('rig_dead_letters', 'Entries in a dead list', ['list']);
  const budget = gauge('rig_forge_rate_remaining', "Calls left in the forge's rate window");

  const measureStreams = async (): Promise<void> => {
    const streams = [INBOX_STREAM, FACTS_STREAM, EVENTS_STREAM, ...agents().agents.map(({ id }) => tasksStream(id))];
    for (const stream of streams) {
      for (const group of await bus.groups(stream)) {
        lag(group.lag, { stream, group: group.name });
        pending(group.pending, { stream, group: group.name });
      }
    }
    for (const { list, entries } of await bus.deadLists()) dead(entries, { list });
  };

  return async (): Promise<'measured'> => {
    const counts = await inbox.counts();
    undecided(counts.undecided);
    oldest(counts.oldestMs / 1_000);
    const [position, relayed] = [await log.head(), await bus.lastPosition(EVENTS_STREAM)];
    head(position);
    behind(Math.max(0, position - relayed));
    const remaining = forge.rateBudget()?.remaining;
    if (remaining !== undefined) budget(remaining);
    await measureStreams();
    return 'measured';
  };
};
