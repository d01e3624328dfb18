-- KEYS[1]  the lease
-- ARGV[1]  fence; a newer one stays
-- Returns 1 when the lease was removed, else 0.
local held = redis.call('GET', KEYS[1])
if not held then return 0 end
if tonumber(string.match(held, '^(%d+):')) > tonumber(ARGV[1]) then return 0 end
return redis.call('DEL', KEYS[1])
