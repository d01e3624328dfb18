-- Appends whose guards do not touch each other share a segment, and a segment costs a few statements however many
-- items it has: each guard is asked once for all, and rows are written by functions whose plans are kept.

-- Makes `rows_<projection>`, which does for one table what `apply_rows` does for any. Called once a projection, by the
-- migration that makes its table; without it `append` falls back to `apply_rows`, which plans anew each time.
create function :schema.prepare_projection(projection text) returns void language plpgsql as $$
begin
  execute format($function$
    create or replace function :schema.%1$I(rows jsonb) returns void language plpgsql as $body$
    begin
      insert into :schema.%2$I (key, position, state)
        select r.key, r.position, r.state
        from jsonb_to_recordset(rows -> 'upserts') as r(key text, position bigint, state jsonb)
        on conflict (key) do update set position = excluded.position, state = excluded.state;
      if jsonb_array_length(rows -> 'deletes') > 0 then
        delete from :schema.%2$I where key in (select jsonb_array_elements_text(rows -> 'deletes'));
      end if;
    end
    $body$ $function$, 'rows_' || projection, projection);
end
$$;

-- The first item of a segment that one of its guards refuses, as {item, guard}; null when all pass.
create function :schema.first_refused(calls jsonb) returns jsonb language plpgsql as $$
declare
  guard text;
  found jsonb;
  first jsonb;
begin
  for guard in select distinct call ->> 'name' from jsonb_array_elements(calls) as c(call) loop
    execute format(
      'select jsonb_build_object(''item'', call -> ''item'', ''guard'', call -> ''name'', ''place'', place)
         from jsonb_array_elements($1) with ordinality as c(call, place)
         where call ->> ''name'' = $2 and :schema.%I(call -> ''args'') is not true
         order by place limit 1', 'guard_' || guard)
      into found using calls, guard;
    if first is null or (found ->> 'place')::integer < (first ->> 'place')::integer then
      first := coalesce(found, first);
    end if;
  end loop;
  return first - 'place';
end
$$;

-- As in 002, where what it takes and answers is told.
create or replace function :schema.append(expected_head bigint, batch jsonb) returns jsonb language plpgsql as $$
declare
  head bigint := :schema.lock_log();
  refused jsonb;
  segment jsonb;
  call jsonb;
  projection text;
  rows jsonb;
  reason text;
  rebuilds bigint;
begin
  select epoch into rebuilds from :schema.log_state;
  if head <> expected_head or rebuilds <> (batch ->> 'epoch')::bigint then
    return jsonb_build_object('status', 'moved', 'head', head, 'epoch', rebuilds);
  end if;

  with duplicate as (
    select distinct i.item from jsonb_to_recordset(batch -> 'ids') as i(item integer, id uuid)
      join :schema.events e on e.id = i.id
  ), conflict as (
    select s.item, s.subject, s.expected, coalesce(v.version, 0) as actual
      from jsonb_to_recordset(batch -> 'streams') as s(item integer, subject text, expected integer)
      left join lateral (
        select e.version from :schema.events e where e.subject = s.subject order by e.version desc limit 1
      ) v on true
      where coalesce(v.version, 0) <> s.expected and s.item not in (select item from duplicate)
  )
  select jsonb_agg(entry) into refused from (
    select jsonb_build_object('item', item, 'reason', 'duplicate') as entry from duplicate
    union all
    select jsonb_build_object(
      'item', item, 'reason', 'conflict', 'subject', subject, 'expected', expected, 'actual', actual) from conflict
  ) as all_refused;
  if refused is not null then
    return jsonb_build_object('status', 'refused', 'head', head, 'items', refused);
  end if;

  begin
    for segment in select value from jsonb_array_elements(batch -> 'segments') loop
      if jsonb_array_length(segment -> 'guards') > 0 then
        refused := :schema.first_refused(segment -> 'guards');
        if refused is not null then
          -- Rolls back what earlier segments have written.
          raise exception 'guarded' using errcode = 'RIG01', detail = refused::text;
        end if;
      end if;

      insert into :schema.events (position, subject, version, id, type, dataschema, data, meta)
        select e.position, e.subject, e.version, e.id, e.type, e.dataschema, e.data, e.meta
        from jsonb_to_recordset(segment -> 'events') as e(
          position bigint, subject text, version integer, id uuid, type text, dataschema text, data jsonb, meta jsonb);

      for projection, rows in select key, value from jsonb_each(segment -> 'rows') loop
        if to_regproc(format(':schema.%I', 'rows_' || projection)) is null then
          perform :schema.apply_rows(format(':schema.%I', projection)::regclass, rows);
        else
          execute format('select :schema.%I($1)', 'rows_' || projection) using rows;
        end if;
      end loop;

      for call in select value from jsonb_array_elements(segment -> 'effects') loop
        execute format('select :schema.%I($1)', 'effect_' || (call ->> 'name')) using call -> 'args';
      end loop;
    end loop;
  exception when sqlstate 'RIG01' then
    get stacked diagnostics reason = pg_exception_detail;
    return jsonb_build_object('status', 'guarded', 'head', head) || reason::jsonb;
  end;

  if jsonb_array_length(batch -> 'ids') > 0 then
    head := head + jsonb_array_length(batch -> 'ids');
    perform pg_notify(':schema' || '_events', head::text);
  end if;
  return jsonb_build_object('status', 'appended', 'head', head);
end
$$;
