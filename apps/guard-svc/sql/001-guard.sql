-- What guard-svc keeps of the log: how often whom the guard refused, and which spikes it reported. All of it can be made
-- from the log again.

-- Up to which position the log was taken in. Whoever takes a block in holds this row: one block after the other, in the
-- order of the log, however many processes there are.
create table :schema.checkpoint (
  name text primary key,
  position bigint not null
);
insert into :schema.checkpoint (name, position) values ('events', 0);

-- Blocks of the last thirty days of each agent, by the time of the newest.
create table :schema.blocks (
  -- The event.
  id uuid primary key,
  position bigint not null unique,
  agent text not null,
  rule text not null,
  task_id uuid,
  task_subject text,
  -- Milliseconds since 1970.
  at_ms bigint not null
);
create index blocks_by_agent on :schema.blocks (agent, at_ms, position);

-- Kept for good: one row for an agent, a rule, a task and a day.
create table :schema.statistics (
  agent text not null,
  rule text not null,
  -- Empty outside a task.
  task_id text not null,
  -- UTC, 2026-03-02.
  day text not null,
  blocks bigint not null,
  first_ms bigint not null,
  last_ms bigint not null,
  primary key (agent, rule, task_id, day)
);
create index statistics_by_day on :schema.statistics (day);

create table :schema.spikes (
  id uuid primary key,
  -- Of the block that completed it.
  position bigint not null,
  agent text not null,
  cause text not null,
  at_ms bigint not null
);
create index spikes_by_agent on :schema.spikes (agent, at_ms);
