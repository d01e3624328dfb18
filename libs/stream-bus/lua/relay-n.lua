-- Appends committed events to a stream in order, each behind its offers.
-- Refuses unless the stream's last id is the expected one; stops at the first error. Nothing is ever skipped.
-- KEYS[1]  the stream of events
-- KEYS[2…] the streams of all offers, in the order in which the entries name them (n = 1 + number of offers)
-- ARGV[1]  position of the expected last id; 0 for an empty stream
-- then for each entry: position, json, number of offers, and each offer's json
-- Returns {1, last} when all was appended, {0, last} when the stream was elsewhere, or an error.
local function last_position(key)
  if redis.call('EXISTS', key) == 0 then return 0 end
  local info = redis.call('XINFO', 'STREAM', key)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      return tonumber(string.match(info[i + 1], '^(%d+)-'))
    end
  end
  return 0
end

local last = last_position(KEYS[1])
if last ~= tonumber(ARGV[1]) then return {0, last} end

local arg = 2
local offer_key = 2
while ARGV[arg] do
  local position = ARGV[arg]
  local json = ARGV[arg + 1]
  local offers = tonumber(ARGV[arg + 2])
  arg = arg + 3
  if tonumber(position) <= last then
    return redis.error_reply('ORDER position ' .. position .. ' is not above ' .. string.format('%.0f', last))
  end
  for i = 1, offers do
    local added = redis.pcall('XADD', KEYS[offer_key], position .. '-' .. i, 'json', ARGV[arg])
    -- An equal or smaller id: an earlier run wrote this offer and stopped before its event.
    if type(added) == 'table' and added.err and not string.find(added.err, 'equal or smaller', 1, true) then
      return added
    end
    arg = arg + 1
    offer_key = offer_key + 1
  end
  local added = redis.pcall('XADD', KEYS[1], position .. '-0', 'json', json)
  if type(added) == 'table' and added.err then return added end
  last = tonumber(position)
end
return {1, last}
