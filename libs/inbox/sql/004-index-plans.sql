-- A connection keeps the plans of these statements. Those made while the inbox was small read all of it, for each entry,
-- until the next ANALYZE.
alter function :schema.store_inbox(
  uuid[], text[], text[], text[], text[], bytea[], bytea[], timestamptz, timestamptz, timestamptz)
  set enable_seqscan = off;
