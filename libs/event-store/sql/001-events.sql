-- The event log. Positions are dense (1, 2, 3, …) and their order is commit order, because every
-- append computes them under one advisory lock; so a reader that asks for `position > cursor` skips nothing.
create table :schema.events (
  position bigint primary key,
  subject text not null,
  version integer not null,
  id uuid not null unique,
  type text not null,
  dataschema text not null,
  data jsonb not null,
  -- The envelope's other attributes: source, time, actor, traceparent, correlationid, causationid.
  meta jsonb not null,
  recorded_at timestamptz not null default clock_timestamp(),
  unique (subject, version)
);

create function :schema.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the event log is append-only' using errcode = 'restrict_violation';
end
$$;

create trigger append_only before update or delete or truncate on :schema.events
  for each statement execute function :schema.refuse_change();

-- The public, read-only contract: whoever is behind the stream catches up from here.
create view :schema.log as
  select position, subject, version, id, type, dataschema, data, meta, recorded_at from :schema.events;

-- Counts rebuilds of projections: an appender that remembers rows from before one must read them again.
create table :schema.log_state (
  the_only_row boolean primary key default true check (the_only_row),
  epoch bigint not null default 0
);
insert into :schema.log_state default values;

-- Where a relay has got to, so that after a wipe of the streams it goes on from there.
create table :schema.relay_state (
  stream text primary key,
  last_position bigint not null
);
