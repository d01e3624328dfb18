-- What has been accepted and waits to be decided: webhook deliveries and reported facts, as they came.
create table :schema.inbox (
  id uuid primary key,
  kind text not null check (kind in ('delivery', 'fact')),
  -- The forge's id of a delivery; null for facts, whose own id is `id`.
  guid text unique,
  -- The event name of a delivery, the type of a fact.
  event text not null,
  headers jsonb not null,
  -- The raw bytes of a delivery, the JSON of a fact.
  body bytea not null,
  -- SHA-256 of event name and body: the forge may send the same thing under another id.
  body_hash bytea not null,
  received_at timestamptz not null,
  -- Wake-ups of what nobody has decided: how many, and when the next one is due.
  wakes integer not null default 0,
  next_wake_at timestamptz not null,
  settled_at timestamptz,
  outcome text check (outcome in ('applied', 'ignored', 'refused')),
  reason text,
  check ((settled_at is null) = (outcome is null))
);

create index inbox_undecided on :schema.inbox (next_wake_at) where settled_at is null;
create index inbox_settled on :schema.inbox (settled_at) where settled_at is not null;
create index inbox_body on :schema.inbox (body_hash, received_at) where kind = 'delivery';
