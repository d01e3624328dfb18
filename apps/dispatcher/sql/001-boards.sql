-- The dispatcher's board as it was at a position of the log. It holds nothing that the log does not: a missing or
-- unreadable row means that the board is folded from the beginning.
create table :schema.boards (
  name text primary key,
  position bigint not null,
  state jsonb not null,
  saved_at timestamptz not null default clock_timestamp()
);
