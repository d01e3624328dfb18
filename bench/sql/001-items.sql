-- The read model of the append bench: one row a stream, kept in the transaction of the append.
create table :schema.items (
  key text primary key,
  position bigint not null,
  state jsonb not null
);
