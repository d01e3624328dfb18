-- Roles of Rig's services, with the least that each needs. Run by an administrator in Rig's database, before the first
-- start or at any time after it; safe to run again:
--
--   psql "$ADMIN_URL" --set ON_ERROR_STOP=1 --single-transaction --file deploy/postgres/roles.sql
--
-- Nobody can log in as one of them until it has a password (`alter role rig_gateway password '…'`) or a certificate.
--
--   rig_conductor   owns schema conductor: the log, the inbox, the read models
--   rig_gateway     puts things into the inbox by one function; reads nothing
--   rig_dispatcher  owns schema dispatcher; reads the log
--   rig_guard       owns schema guard; reads the log
--   rig_log_reader  no login: may read the log (view conductor.log), and nothing else

do $$
declare
  name text;
begin
  foreach name in array array['rig_conductor', 'rig_gateway', 'rig_dispatcher', 'rig_guard'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I login', name);
    end if;
    -- Whatever an earlier hand has given.
    execute format('alter role %I nosuperuser nocreatedb nocreaterole noreplication nobypassrls', name);
  end loop;
  if not exists (select from pg_roles where rolname = 'rig_log_reader') then
    create role rig_log_reader nologin;
  end if;
end
$$;
grant rig_log_reader to rig_dispatcher, rig_guard;

do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to rig_conductor, rig_gateway, rig_dispatcher, rig_guard', current_database());
  -- A rebuild of the read models writes temporary tables first.
  execute format('grant temporary on database %I to rig_conductor', current_database());
end
$$;
revoke all on schema public from public;

create schema if not exists conductor authorization rig_conductor;
create schema if not exists dispatcher authorization rig_dispatcher;
create schema if not exists guard authorization rig_guard;

-- What was made before the roles were: it gets its owner now. Sequences, indexes and triggers go with their tables.
do $$
declare
  thing record;
begin
  for thing in select nspname, 'rig_' || nspname as owner from pg_namespace where nspname in ('conductor', 'dispatcher', 'guard') loop
    execute format('alter schema %I owner to %I', thing.nspname, thing.owner);
  end loop;
  for thing in
    select n.nspname, c.relname, case c.relkind when 'v' then 'view' else 'table' end as kind, 'rig_' || n.nspname as owner
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('conductor', 'dispatcher', 'guard') and c.relkind in ('r', 'v')
        and pg_get_userbyid(c.relowner) <> 'rig_' || n.nspname
  loop
    execute format('alter %s %I.%I owner to %I', thing.kind, thing.nspname, thing.relname, thing.owner);
  end loop;
  for thing in
    select p.oid::regprocedure as signature, 'rig_' || n.nspname as owner
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ('conductor', 'dispatcher', 'guard') and pg_get_userbyid(p.proowner) <> 'rig_' || n.nspname
  loop
    execute format('alter function %s owner to %I', thing.signature, thing.owner);
  end loop;
  -- The migrations do the same when they run with the roles there already.
  if to_regprocedure('conductor.grant_roles()') is not null then
    perform conductor.grant_roles();
  end if;
end
$$;
