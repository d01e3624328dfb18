-- Facts that a service has reported and not yet seen answered by the log.
create table :schema.outbox (
  id uuid primary key,
  -- The fact as JSON text, sent as it stands.
  json text not null,
  put_at timestamptz not null,
  tries integer not null default 0,
  next_send_at timestamptz not null,
  -- After the last try: kept to be looked at, no longer sent.
  given_up_at timestamptz
);

create index outbox_due on :schema.outbox (next_send_at) where given_up_at is null;

-- States that a consumer keeps in memory, and the position up to which they have taken the log in.
create table :schema.snapshots (
  name text primary key,
  position bigint not null,
  state jsonb not null,
  saved_at timestamptz not null default clock_timestamp()
);
