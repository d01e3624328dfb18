-- Puts a dead entry back for its group alone.
-- KEYS[1]  the dead list
-- KEYS[2]  the group's redrive stream
-- ARGV[1]  id in the dead list   ARGV[2] json
-- Returns 1, or 0 when the entry is not there.
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('XADD', KEYS[2], '*', 'json', ARGV[2])
return 1
