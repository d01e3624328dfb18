-- A role that may read the log and nothing else. Where the owner may not create roles, an administrator grants the
-- same two rights by hand; nothing of Rig needs the role.
do $$
begin
  begin
    create role rig_log_reader nologin;
  exception when duplicate_object or unique_violation or insufficient_privilege then
    null;
  end;
  if exists (select from pg_roles where rolname = 'rig_log_reader') then
    grant usage on schema :schema to rig_log_reader;
    grant select on :schema.log to rig_log_reader;
  end if;
end
$$;
