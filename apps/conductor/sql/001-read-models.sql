-- The conductor's read models: rows kept in the transaction of each append, rebuilt from the log by the same code.
-- `state` is the truth of a row; the other columns are generated from it, to search by.

create table :schema.issues (
  key text primary key,
  position bigint not null,
  state jsonb not null,
  repo text not null generated always as (state ->> 'repo') stored,
  number integer not null generated always as ((state ->> 'number')::integer) stored,
  phase text not null generated always as (state ->> 'phase') stored,
  priority integer not null generated always as ((state ->> 'priority')::integer) stored,
  opened_at text not null generated always as (state ->> 'openedAt') stored
);
-- The order of claims: priority, age, name. Only what is ready is in it, so history does not slow it down.
create index issues_ready on :schema.issues (priority, opened_at collate "C", key collate "C") where phase = 'ready';
create index issues_unfinished on :schema.issues (position) where phase not in ('done', 'closed');
create index issues_recent on :schema.issues (position desc);

create table :schema.pulls (
  key text primary key,
  position bigint not null,
  state jsonb not null,
  repo text not null generated always as (state ->> 'repo') stored,
  number integer not null generated always as ((state ->> 'number')::integer) stored,
  status text not null generated always as (state ->> 'status') stored,
  agent text generated always as (state ->> 'agent') stored,
  head_sha text not null generated always as (state ->> 'headSha') stored
);
create index pulls_by_head on :schema.pulls (repo, head_sha);
create index pulls_open on :schema.pulls (position) where status = 'open' and agent is not null;
create index pulls_recent on :schema.pulls (position desc);

create table :schema.tasks (
  key text primary key,
  position bigint not null,
  state jsonb not null,
  agent text not null generated always as (state ->> 'agent') stored,
  kind text not null generated always as (state ->> 'kind') stored,
  live boolean not null generated always as ((state ->> 'live')::boolean) stored,
  assigned_position bigint not null generated always as ((state ->> 'position')::bigint) stored
);
create index tasks_live on :schema.tasks (agent, assigned_position) where live;

create table :schema.repositories (
  key text primary key,
  position bigint not null,
  state jsonb not null
);

-- Guard of an assignment: the agent holds fewer tasks than it has slots, whoever else assigns at the same time.
create function :schema.guard_agent_has_slot(args jsonb) returns boolean language sql stable as $$
  select count(*) < (args ->> 'slots')::integer
  from (select 1 from :schema.tasks where agent = args ->> 'agent' and live limit (args ->> 'slots')::integer) as held
$$;
