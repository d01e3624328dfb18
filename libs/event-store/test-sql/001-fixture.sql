-- What the conformance suite's projection, guard and effect need on Postgres.
create table :schema.tasks (
  key text primary key,
  position bigint not null,
  state jsonb not null,
  agent text generated always as (state ->> 'agent') stored
);

create table :schema.notes (id text primary key, times integer not null default 1);

create function :schema.guard_slots(args jsonb) returns boolean language sql as $$
  select count(*) < (args ->> 'limit')::int from :schema.tasks where agent = args ->> 'agent'
$$;

create function :schema.effect_note(args jsonb) returns void language sql as $$
  insert into :schema.notes (id) values (args ->> 'id') on conflict (id) do update set times = notes.times + 1
$$;

create function :schema.effect_fail(args jsonb) returns void language plpgsql as $$
begin
  raise exception 'this effect always fails';
end
$$;
