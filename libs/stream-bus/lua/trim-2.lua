-- Drops entries behind every group. Ids of relayed streams say nothing about time, so every call marks where the
-- stream ended, and what lies behind an old enough mark is old enough.
-- KEYS[1]  the stream
-- KEYS[2]  its marks (sorted set: time in milliseconds → id)
-- ARGV[1]  least age in milliseconds   ARGV[2] age after which even unread entries go; empty for never
-- Returns how many entries were dropped.
local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end
local function less(a, b)
  local ams, aseq = parts(a)
  local bms, bseq = parts(b)
  return ams < bms or (ams == bms and aseq < bseq)
end
local function after(id)
  local ms, seq = parts(id)
  return string.format('%.0f-%.0f', ms, seq + 1)
end
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local info = redis.call('XINFO', 'STREAM', KEYS[1])
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then redis.call('ZADD', KEYS[2], 'NX', now, info[i + 1]) end
end
local function mark(age)
  return redis.call('ZREVRANGEBYSCORE', KEYS[2], now - age, '-inf', 'LIMIT', 0, 1)[1]
end

local bound = nil
local soft = mark(tonumber(ARGV[1]))
if soft then
  bound = after(soft)
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local name, delivered
    for i = 1, #group, 2 do
      if group[i] == 'name' then name = group[i + 1] end
      if group[i] == 'last-delivered-id' then delivered = group[i + 1] end
    end
    local oldest = redis.call('XPENDING', KEYS[1], name, '-', '+', 1)
    local keep = #oldest > 0 and oldest[1][1] or after(delivered)
    if less(keep, bound) then bound = keep end
  end
end
local oldest_needed = tonumber(ARGV[1])
if ARGV[2] ~= '' then
  local hard = mark(tonumber(ARGV[2]))
  if hard and (not bound or less(bound, after(hard))) then bound = after(hard) end
  oldest_needed = math.max(oldest_needed, tonumber(ARGV[2]))
end
local stale = mark(oldest_needed)
if stale then redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. redis.call('ZSCORE', KEYS[2], stale)) end
if not bound then return 0 end
return redis.call('XTRIM', KEYS[1], 'MINID', bound)
