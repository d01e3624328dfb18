-- A connection keeps the plans of these statements. Those made while the log was small read all of it, for each append,
-- until the next ANALYZE; by index an append costs the same whatever lies behind it.
alter function :schema.append(bigint, jsonb)
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off;
