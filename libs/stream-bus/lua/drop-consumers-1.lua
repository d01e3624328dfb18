-- Forgets consumers that have been idle for long and hold nothing. XGROUP DELCONSUMER throws pending entries away with their
-- consumer, so both are looked at in the same step.
-- KEYS[1]  the stream
-- ARGV[1]  group   ARGV[2] least idle time in milliseconds
-- Returns the names of those that were dropped.
local groups = redis.call('EXISTS', KEYS[1]) == 1 and redis.call('XINFO', 'GROUPS', KEYS[1]) or {}
local known = false
for _, group in ipairs(groups) do
  for i = 1, #group, 2 do
    if group[i] == 'name' and group[i + 1] == ARGV[1] then known = true end
  end
end
if not known then return {} end
local dropped = {}
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local name, pending, idle
  for i = 1, #consumer, 2 do
    if consumer[i] == 'name' then name = consumer[i + 1] end
    if consumer[i] == 'pending' then pending = consumer[i + 1] end
    if consumer[i] == 'idle' then idle = consumer[i + 1] end
  end
  if pending == 0 and idle >= tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], name)
    dropped[#dropped + 1] = name
  end
end
return dropped
