-- A connection keeps the guard's plan. Made while the table was small, it was to read all of it, and stayed so while
-- the table grew: until the next ANALYZE each assignment cost more than the one before.
alter function :schema.guard_agent_has_slot(jsonb) set enable_seqscan = off;

-- Asked three times for each row that is written; almost every issue requires nothing.
create or replace function :schema.required_capabilities(state jsonb) returns text language plpgsql immutable as $$
begin
  if position('"requires-' in (state -> 'labels')::text) = 0 then
    return '';
  end if;
  return (
    select coalesce(string_agg(distinct substr(label, 10), chr(10) order by substr(label, 10)), '')
    from jsonb_array_elements_text(state -> 'labels') as labels(label)
    where label like 'requires-%'
  );
end
$$;
