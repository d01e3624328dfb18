-- Acknowledges entries of a stream with one group, and removes them.
-- KEYS[1]  the stream (a redrive stream: nobody scales by its lag)
-- ARGV[1]  group   ARGV[2…] ids
-- Returns how many were pending.
local count = 0
for i = 2, #ARGV do
  count = count + redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
  redis.call('XDEL', KEYS[1], ARGV[i])
end
return count
