-- Adds a later copy of an offer without closing the stream for later positions.
-- KEYS[1]  the stream of offers
-- ARGV[1]  position of the assignment
-- ARGV[2]  json
-- Returns the new id.
local position = tonumber(ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 1 then
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      position = math.max(position, tonumber(string.match(info[i + 1], '^(%d+)-')))
    end
  end
end
return redis.call('XADD', KEYS[1], string.format('%.0f', position) .. '-*', 'json', ARGV[2])
