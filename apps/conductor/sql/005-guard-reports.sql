-- What the guard refused, and the spikes of it: one row an event.
create table :schema.guard_reports (
  key text primary key,
  position bigint not null,
  state jsonb not null,
  type text not null generated always as (state ->> 'type') stored,
  agent text not null generated always as (state -> 'data' ->> 'agent') stored,
  rule text generated always as (state -> 'data' ->> 'rule') stored,
  task_id text generated always as (state -> 'data' ->> 'taskId') stored,
  task_subject text generated always as (state -> 'data' ->> 'taskSubject') stored,
  -- UTC in one form, so that the order of the text is the order of time.
  blocked_at text generated always as (state -> 'data' ->> 'blockedAt') stored
);
create index guard_reports_recent on :schema.guard_reports (type, position desc);
create index guard_reports_by_agent on :schema.guard_reports (agent, type, position desc);
create index guard_reports_by_rule on :schema.guard_reports (rule, position desc) where rule is not null;
create index guard_reports_by_task on :schema.guard_reports (task_id, position desc) where task_id is not null;
create index guard_reports_by_subject on :schema.guard_reports (task_subject, position) where task_subject is not null;
