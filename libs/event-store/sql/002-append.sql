-- One lock for the whole log: taken before anything is read, released by commit or rollback.
create function :schema.lock_log() returns bigint language plpgsql as $$
declare
  head bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('rig.append.:schema', 0));
  -- A statement of its own: only a snapshot taken behind the lock sees the append before this one.
  select coalesce(max(position), 0) into head from :schema.events;
  return head;
end
$$;

-- Appends a batch in one round trip: all of it or nothing.
--
-- expected_head  the head for which positions and rows of the batch were computed
-- batch          epoch:    the count of rebuilds for which rows of the batch were computed
--                ids:      [{item, id}]                    every event's id
--                streams:  [{item, subject, expected}]     the version of each stream before the batch
--                segments: [{guards:  [{item, name, args}],
--                            events:  [{position, subject, version, id, type, dataschema, data, meta}],
--                            rows:    {<projection>: {upserts: [{key, position, state}], deletes: [key]}},
--                            effects: [{name, args}]}]
--                A segment's guards see the events, rows and effects of every segment before it.
-- returns        {status: appended, head}
--                {status: moved, head, epoch}              head or epoch is another; nothing was written
--                {status: refused, head, items: [{item, reason: duplicate}
--                                     or {item, reason: conflict, subject, expected, actual}]}
--                {status: guarded, head, item, guard}      the first guard that said no; nothing was written
create function :schema.append(expected_head bigint, batch jsonb) returns jsonb language plpgsql as $$
declare
  head bigint := :schema.lock_log();
  refused jsonb;
  segment jsonb;
  call jsonb;
  passed boolean;
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
      for call in select value from jsonb_array_elements(segment -> 'guards') loop
        execute format('select :schema.%I($1)', 'guard_' || (call ->> 'name')) into passed using call -> 'args';
        if passed is not true then
          -- Rolls back what earlier segments have written.
          raise exception 'guarded' using errcode = 'RIG01', detail =
            jsonb_build_object('item', call -> 'item', 'guard', call -> 'name')::text;
        end if;
      end loop;

      insert into :schema.events (position, subject, version, id, type, dataschema, data, meta)
        select e.position, e.subject, e.version, e.id, e.type, e.dataschema, e.data, e.meta
        from jsonb_to_recordset(segment -> 'events') as e(
          position bigint, subject text, version integer, id uuid, type text, dataschema text, data jsonb, meta jsonb);

      for projection, rows in select key, value from jsonb_each(segment -> 'rows') loop
        perform :schema.apply_rows(format(':schema.%I', projection)::regclass, rows);
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

-- Writes rows into a projection's table (or its shadow in a rebuild): {upserts: [{key, position, state}], deletes: [key]}.
create function :schema.apply_rows(target regclass, rows jsonb) returns void language plpgsql as $$
begin
  if jsonb_array_length(rows -> 'upserts') > 0 then
    execute format(
      'insert into %s (key, position, state)
         select r.key, r.position, r.state
         from jsonb_to_recordset($1) as r(key text, position bigint, state jsonb)
         on conflict (key) do update set position = excluded.position, state = excluded.state', target)
      using rows -> 'upserts';
  end if;
  if jsonb_array_length(rows -> 'deletes') > 0 then
    execute format('delete from %s where key in (select jsonb_array_elements_text($1))', target)
      using rows -> 'deletes';
  end if;
end
$$;
