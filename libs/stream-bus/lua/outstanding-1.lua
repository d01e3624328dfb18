-- Lists what a group has not acknowledged: pending entries first, then those it has not read, oldest first.
-- KEYS[1]  the stream
-- ARGV[1]  group   ARGV[2] at most so many
-- Returns a list of {id, json}.
local found = {}
local limit = tonumber(ARGV[2])
local function add(entry)
  local fields = entry[2]
  for i = 1, #fields, 2 do
    if fields[i] == 'json' then found[#found + 1] = {entry[1], fields[i + 1]} end
  end
end
if redis.call('EXISTS', KEYS[1]) == 0 then return found end
local after = nil
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local name, delivered
  for i = 1, #group, 2 do
    if group[i] == 'name' then name = group[i + 1] end
    if group[i] == 'last-delivered-id' then delivered = group[i + 1] end
  end
  if name == ARGV[1] then after = delivered end
end
if after then
  for _, pending in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', limit)) do
    local entry = redis.call('XRANGE', KEYS[1], pending[1], pending[1])
    if #entry > 0 then add(entry[1]) end
  end
end
if #found < limit then
  local from = after and ('(' .. after) or '-'
  for _, entry in ipairs(redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', limit - #found)) do add(entry) end
end
return found
