-- The gateway's role may put things into the inbox and see nothing of it. `store_inbox` runs with its owner's rights, so
-- that the role needs none on the table; its search path is fixed, so that nobody can slip another function under it.
alter function :schema.store_inbox(
  uuid[], text[], text[], text[], text[], bytea[], bytea[], timestamptz, timestamptz, timestamptz)
  security definer set search_path = pg_catalog, pg_temp;
revoke execute on function :schema.store_inbox(
  uuid[], text[], text[], text[], text[], bytea[], bytea[], timestamptz, timestamptz, timestamptz) from public;

-- Called again by deploy/postgres/roles.sql where the roles are made later than the tables.
create function :schema.grant_roles() returns void language plpgsql as $$
begin
  if exists (select from pg_roles where rolname = 'rig_gateway') then
    grant usage on schema :schema to rig_gateway;
    -- To see that the schema is up to date.
    grant select on :schema.migrations to rig_gateway;
    grant execute on function :schema.store_inbox(
      uuid[], text[], text[], text[], text[], bytea[], bytea[], timestamptz, timestamptz, timestamptz) to rig_gateway;
  end if;
  if exists (select from pg_roles where rolname = 'rig_log_reader') and to_regclass(':schema.log') is not null then
    grant usage on schema :schema to rig_log_reader;
    grant select on :schema.log to rig_log_reader;
  end if;
end
$$;
revoke execute on function :schema.grant_roles() from public;
select :schema.grant_roles();
