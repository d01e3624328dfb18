-- Versions of streams without a state of their own: agents, the system.
create table :schema.streams (
  key text primary key,
  position bigint not null,
  state jsonb not null
);

-- One row for each pause in force.
create table :schema.pauses (
  key text primary key,
  position bigint not null,
  state jsonb not null
);

-- Guard of assignments and starts: none of these log streams is paused.
create function :schema.guard_not_paused(args jsonb) returns boolean language sql stable as $$
  select not exists (
    select from :schema.pauses where key in (select jsonb_array_elements_text(args -> 'subjects'))
  )
$$;
