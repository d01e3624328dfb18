-- Forge tokens given out for attempts, sealed, so that they can be revoked when the attempt ends, whatever was restarted.
create table :schema.forge_tokens (
  id bigint generated always as identity primary key,
  task_id uuid not null,
  fence bigint not null,
  sealed bytea not null,
  expires_at timestamptz not null
);
create index forge_tokens_by_task on :schema.forge_tokens (task_id);
create index forge_tokens_by_expiry on :schema.forge_tokens (expires_at);
