-- Moves a pending entry to its dead list and acknowledges it, in one step.
-- KEYS[1]  the stream the entry lies on
-- KEYS[2]  the dead list
-- ARGV[1]  group   ARGV[2] consumer   ARGV[3] id   ARGV[4] reason   ARGV[5] tries
-- ARGV[6]  time (ISO 8601)   ARGV[7] name of the stream the entry was first published on
-- Returns 1, or 0 when the entry is no longer this consumer's.
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
if #pending == 0 or pending[1][2] ~= ARGV[2] then return 0 end
local json = ''
local entry = redis.call('XRANGE', KEYS[1], ARGV[3], ARGV[3])
if #entry > 0 then
  local fields = entry[1][2]
  for i = 1, #fields, 2 do
    if fields[i] == 'json' then json = fields[i + 1] end
  end
end
-- The newest 10,000 are kept: a dead list is for people, and must not fill the memory.
redis.call('XADD', KEYS[2], 'MAXLEN', '~', 10000, '*', 'json', json, 'stream', ARGV[7], 'group', ARGV[1],
  'entryId', ARGV[3], 'reason', ARGV[4], 'tries', ARGV[5], 'at', ARGV[6])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
-- A redriven entry lies on a stream that nobody else reads: it goes at once.
if KEYS[1] ~= ARGV[7] then redis.call('XDEL', KEYS[1], ARGV[3]) end
return 1
