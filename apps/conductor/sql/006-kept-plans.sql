-- Rows are written, and guards asked, by functions whose plans a connection keeps.
select :schema.prepare_projection(name)
  from unnest(array['issues', 'pulls', 'tasks', 'repositories', 'streams', 'pauses', 'guard_reports']) as names(name);

create or replace function :schema.guard_agent_has_slot(args jsonb) returns boolean language plpgsql stable as $$
begin
  return (
    select count(*) < (args ->> 'slots')::integer
    from (select 1 from :schema.tasks where agent = args ->> 'agent' and live limit (args ->> 'slots')::integer) as held
  );
end
$$;

create or replace function :schema.guard_not_paused(args jsonb) returns boolean language plpgsql stable as $$
begin
  return not exists (
    select from :schema.pauses where key in (select jsonb_array_elements_text(args -> 'subjects'))
  );
end
$$;
