-- Writes the number of tries of a pending entry, if it is still this consumer's.
-- KEYS[1]  the stream
-- ARGV[1]  group   ARGV[2] consumer   ARGV[3] id   ARGV[4] tries
-- Returns 1, or 0 when the entry is no longer this consumer's.
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
if #pending == 0 or pending[1][2] ~= ARGV[2] then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'RETRYCOUNT', ARGV[4], 'JUSTID')
return 1
