-- Begins the next try of a pending entry, if it is still this consumer's.
-- KEYS[1]  the stream
-- ARGV[1]  group   ARGV[2] consumer   ARGV[3] id
-- Returns {tries, json}; or nil when the entry is acknowledged, gone or another consumer's.
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
if #pending == 0 or pending[1][2] ~= ARGV[2] then return nil end
local entry = redis.call('XRANGE', KEYS[1], ARGV[3], ARGV[3])
if #entry == 0 then
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
  return nil
end
local tries = pending[1][4] + 1
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'RETRYCOUNT', tries, 'JUSTID')
local fields = entry[1][2]
for i = 1, #fields, 2 do
  if fields[i] == 'json' then return {tries, fields[i + 1]} end
end
return {tries, ''}
