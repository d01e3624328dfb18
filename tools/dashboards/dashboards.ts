import type { Dashboard } from './panels.ts';

const rate = (metric: string, by: string): string => `sum by (${by}) (rate(${metric}[5m]))`;

const work: Dashboard = {
  uid: 'rig-work',
  title: 'Rig: work',
  about: 'What is worked on, what waits and why, and how attempts end.',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Running',
          about: 'Tasks with a live attempt.',
          kind: 'stat',
          queries: [{ expr: 'max(rig_dispatcher_backlog{state="running"})', legend: 'running' }],
        },
        {
          title: 'Ready, unassigned',
          about: 'Issues that may be worked on and that nobody has.',
          kind: 'stat',
          queries: [{ expr: 'max(rig_dispatcher_backlog{state="ready"})', legend: 'ready' }],
        },
        {
          title: 'Oldest ready',
          about: 'Since when the oldest of them waits.',
          kind: 'stat',
          unit: 's',
          redFrom: 3_600,
          queries: [{ expr: 'max(rig_dispatcher_oldest_ready_seconds)', legend: 'oldest' }],
        },
        {
          title: 'Lost in an hour',
          about: 'Attempts whose worker fell silent.',
          kind: 'stat',
          redFrom: 3,
          queries: [{ expr: 'sum(increase(rig_dispatcher_lost_attempts_total[1h]))', legend: 'lost' }],
        },
        {
          title: 'Dead letters',
          about: 'Entries that could not be handled: `rig dead list`.',
          kind: 'stat',
          redFrom: 1,
          queries: [{ expr: 'sum(max by (list) (rig_dead_letters))', legend: 'dead' }],
        },
      ],
    },
    {
      title: 'Over time',
      panels: [
        {
          title: 'Open work by state',
          about: 'As the leading dispatcher sees it.',
          queries: [{ expr: 'max by (state) (rig_dispatcher_backlog)', legend: '{{state}}' }],
        },
        {
          title: 'What waits, by reason',
          about: 'The reasons are those of `rig explain`.',
          queries: [{ expr: 'max by (reason) (rig_dispatcher_waiting)', legend: '{{reason}}' }],
        },
      ],
    },
    {
      title: 'Attempts',
      panels: [
        {
          title: 'Attempts an hour, by end',
          about: 'handed-back costs no attempt; superseded was lost and its worker came back.',
          queries: [{ expr: 'sum by (outcome) (increase(rig_attempts_total[1h]))', legend: '{{outcome}}' }],
        },
        {
          title: 'Attempts an hour, by kind',
          about: 'Many fixes for one implementation mean that reviews or checks send work back.',
          queries: [{ expr: 'sum by (kind) (increase(rig_attempts_total[1h]))', legend: '{{kind}}' }],
        },
        {
          title: 'Given out an hour, by kind',
          about: 'Proposals of the dispatcher.',
          queries: [{ expr: 'sum by (kind) (increase(rig_dispatcher_intents_total[1h]))', legend: '{{kind}}' }],
        },
        {
          title: 'Offers an hour, by what became of them',
          about: 'later: another attempt still runs; gone: the task has ended or went to somebody else.',
          queries: [{ expr: 'sum by (outcome) (increase(rig_offers_total[1h]))', legend: '{{outcome}}' }],
        },
      ],
    },
    {
      title: 'Agents',
      panels: [
        {
          title: 'Offers that wait, by stream',
          about: 'What KEDA scales by, together with the next.',
          queries: [{ expr: 'max by (stream) (rig_stream_lag{group="workers"})', legend: '{{stream}}' }],
        },
        {
          title: 'Offers at work, by stream',
          about: 'Read and not acknowledged.',
          queries: [{ expr: 'max by (stream) (rig_stream_pending{group="workers"})', legend: '{{stream}}' }],
        },
      ],
    },
  ],
};

const system: Dashboard = {
  uid: 'rig-system',
  title: 'Rig: system',
  about: 'Whether what is accepted is decided, relayed and read, and how the services are.',
  rows: [
    {
      title: 'The way of an event',
      panels: [
        {
          title: 'Undecided',
          about: 'Accepted deliveries and facts in the inbox.',
          queries: [{ expr: 'max(rig_inbox_undecided)', legend: 'undecided' }],
        },
        {
          title: 'Oldest undecided',
          about: 'Its age.',
          unit: 's',
          redFrom: 60,
          queries: [{ expr: 'max(rig_inbox_oldest_seconds)', legend: 'oldest' }],
        },
        {
          title: 'Events a second',
          about: 'How fast the log grows.',
          queries: [{ expr: 'max(deriv(rig_log_head[5m]))', legend: 'committed' }],
        },
        {
          title: 'Relay behind',
          about: 'Committed and not on the stream yet.',
          redFrom: 100,
          queries: [{ expr: 'max(rig_relay_behind_events)', legend: 'events' }],
        },
      ],
    },
    {
      title: 'Consumers',
      panels: [
        {
          title: 'Unread, by group',
          about: 'On the shared streams.',
          queries: [
            { expr: 'max by (stream, group) (rig_stream_lag{group!="workers"})', legend: '{{stream}} {{group}}' },
          ],
        },
        {
          title: 'Read and not acknowledged, by group',
          about: 'Grows when handlers hang or fail and wait for their next try.',
          queries: [
            { expr: 'max by (stream, group) (rig_stream_pending{group!="workers"})', legend: '{{stream}} {{group}}' },
          ],
        },
        {
          title: 'Leaders',
          about: 'Exactly one dispatcher leads.',
          queries: [{ expr: 'sum(rig_dispatcher_leader)', legend: 'leaders' }],
        },
        {
          title: 'Events at the dispatcher, by outcome',
          about: 'As the leader takes them in.',
          queries: [{ expr: rate('rig_dispatcher_events_total', 'outcome'), legend: '{{outcome}}' }],
        },
      ],
    },
    {
      title: 'Doors',
      panels: [
        {
          title: 'Webhooks a second, by outcome',
          about: 'forged: a wrong signature.',
          queries: [{ expr: rate('rig_webhooks_total', 'outcome'), legend: '{{outcome}}' }],
        },
        {
          title: 'Time to answer, 95th percentile',
          about: 'By service; long-lived responses are not counted.',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (service, le) (rate(rig_http_request_seconds_bucket[5m])))',
              legend: '{{service}}',
            },
          ],
        },
        {
          title: 'Refused for load',
          about: 'By service and reason.',
          queries: [{ expr: rate('rig_http_shed_total', 'service, reason'), legend: '{{service}} {{reason}}' }],
        },
        {
          title: "Calls left in the forge's window",
          about: 'At 0 nothing is observed, pushed or merged.',
          redTo: 300,
          queries: [{ expr: 'min(rig_forge_rate_remaining)', legend: 'calls' }],
        },
      ],
    },
    {
      title: 'Loops and processes',
      panels: [
        {
          title: 'Repairs by the conductor',
          about: 'Passes that found something to mend: what was missed before.',
          queries: [{ expr: 'sum by (loop) (rate(rig_loop_passes_total{outcome="mended"}[5m]))', legend: '{{loop}}' }],
        },
        {
          title: 'Failed passes',
          about: 'Of every loop, conductor and dispatcher.',
          queries: [
            { expr: 'sum by (loop) (rate(rig_loop_passes_total{outcome="failed"}[5m]))', legend: 'conductor {{loop}}' },
            {
              expr: 'sum by (loop) (rate(rig_dispatcher_passes_total{outcome="failed"}[5m]))',
              legend: 'dispatcher {{loop}}',
            },
          ],
        },
        {
          title: 'Memory',
          about: 'Resident, by service.',
          unit: 'bytes',
          queries: [{ expr: 'sum by (service) (process_resident_memory_bytes)', legend: '{{service}}' }],
        },
        {
          title: 'Event loop, 99th percentile',
          about: 'How long a process keeps everything waiting.',
          unit: 's',
          queries: [{ expr: 'max by (service) (nodejs_eventloop_lag_p99_seconds)', legend: '{{service}}' }],
        },
      ],
    },
  ],
};

export const dashboards: readonly Dashboard[] = [work, system];
