-- What claims ask, each by an index whose part that is read grows with neither history nor backlog.

-- The capabilities that the labels of an issue ask for, sorted, one a line.
create function :schema.required_capabilities(state jsonb) returns text language sql immutable as $$
  select coalesce(string_agg(distinct substr(label, 10), chr(10) order by substr(label, 10)), '')
  from jsonb_array_elements_text(state -> 'labels') as labels(label)
  where label like 'requires-%'
$$;

alter table :schema.issues
  add column requires text not null generated always as (:schema.required_capabilities(state)) stored;
-- Which kinds of ready issues there are, and the best of each.
create index issues_ready_by_class on :schema.issues
  (repo, requires, priority, opened_at collate "C", key collate "C") where phase = 'ready';

alter table :schema.tasks
  add column repo text not null generated always as (state ->> 'repo') stored,
  add column assigned_at text not null generated always as (state ->> 'assignedAt') stored;
-- The hourly rates. Fixes do not count.
create index tasks_of_agent_by_time on :schema.tasks (agent, assigned_at collate "C")
  where kind in ('implement', 'review');
create index tasks_in_repository_by_time on :schema.tasks (repo, assigned_at collate "C") where kind = 'implement';
