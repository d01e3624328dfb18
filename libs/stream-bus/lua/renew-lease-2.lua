-- Renews an attempt's lease and keeps its offer's pending entry with its owner, or does neither.
-- KEYS[1]  the lease
-- KEYS[2]  the stream of the offer (the lease again when there is no entry)
-- ARGV[1]  fence   ARGV[2] owner   ARGV[3] time to live in milliseconds
-- ARGV[4]  group   ARGV[5] consumer   ARGV[6] id of the offer; empty when there is no entry
-- Returns 1; 0 when a newer fence or another owner holds the lease, or the entry is another consumer's.
local held = redis.call('GET', KEYS[1])
if held then
  local fence, owner = string.match(held, '^(%d+):(.*)$')
  if tonumber(fence) > tonumber(ARGV[1]) then return 0 end
  if tonumber(fence) == tonumber(ARGV[1]) and owner ~= ARGV[2] then return 0 end
end
if ARGV[6] ~= '' then
  local groups = {}
  if redis.call('EXISTS', KEYS[2]) == 1 then groups = redis.call('XINFO', 'GROUPS', KEYS[2]) end
  for _, group in ipairs(groups) do
    if group[2] == ARGV[4] then
      local pending = redis.call('XPENDING', KEYS[2], ARGV[4], ARGV[6], ARGV[6], 1)
      -- No pending entry at all: the store was wiped or the entry was acknowledged; the lease alone counts.
      if #pending > 0 then
        if pending[1][2] ~= ARGV[5] then return 0 end
        redis.call('XCLAIM', KEYS[2], ARGV[4], ARGV[5], 0, ARGV[6], 'RETRYCOUNT', pending[1][4], 'JUSTID')
      end
    end
  end
end
redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
return 1
