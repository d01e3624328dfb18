-- Stores a batch, item by item under one lock, so that two gateways cannot both take the same thing for new.
-- Arrays of equal length; `repeat_after`: a delivery with the hash of an older one counts as new again.
-- Returns for each place (from 1) the id under which it lies and whether it was new.
create function :schema.store_inbox(
  ids uuid[], kinds text[], guids text[], events text[], all_headers text[], bodies bytea[], hashes bytea[],
  received timestamptz, repeat_after timestamptz, first_wake timestamptz)
returns table (place integer, stored_id uuid, is_new boolean) language plpgsql as $$
declare
  known uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended('rig.inbox.:schema', 0));
  for place in 1 .. coalesce(cardinality(ids), 0) loop
    select i.id into known from :schema.inbox i where i.id = ids[place] or i.guid = guids[place] limit 1;
    if known is null and kinds[place] = 'delivery' then
      select i.id into known from :schema.inbox i
        where i.kind = 'delivery' and i.body_hash = hashes[place] and i.received_at > repeat_after
        order by i.received_at desc limit 1;
    end if;
    if known is null then
      insert into :schema.inbox (id, kind, guid, event, headers, body, body_hash, received_at, next_wake_at)
        values (ids[place], kinds[place], guids[place], events[place], all_headers[place]::jsonb, bodies[place],
                hashes[place], received, first_wake);
    end if;
    store_inbox.place := place;
    stored_id := coalesce(known, ids[place]);
    is_new := known is null;
    return next;
  end loop;
end
$$;

-- Run by the append that decides an item: {id, outcome: applied|ignored|refused, reason}. The first outcome stands.
create function :schema.effect_settle_inbox(args jsonb) returns void language sql as $$
  update :schema.inbox
    set settled_at = clock_timestamp(), outcome = args ->> 'outcome', reason = left(args ->> 'reason', 500)
    where id = (args ->> 'id')::uuid and settled_at is null
$$;
