-- Takes entries of other consumers that were idle for long. Own entries are left alone, however long they take
-- (XAUTOCLAIM would hand a consumer the very entry it is working on).
-- KEYS[1]  the stream
-- ARGV[1]  group   ARGV[2] consumer   ARGV[3] least idle time in milliseconds   ARGV[4] at most so many
-- Returns a list of {id, tries, json}; the tries include the one that begins now.
local taken = {}
local from = '-'
for _ = 1, 10 do
  local page = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], from, '+', 100)
  for _, pending in ipairs(page) do
    if pending[2] ~= ARGV[2] and #taken < tonumber(ARGV[4]) then
      local tries = pending[4] + 1
      local entry = redis.call('XRANGE', KEYS[1], pending[1], pending[1])
      if #entry == 0 then
        redis.call('XACK', KEYS[1], ARGV[1], pending[1])
      else
        redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], pending[1], 'RETRYCOUNT', tries, 'JUSTID')
        local fields = entry[1][2]
        local json = ''
        for i = 1, #fields, 2 do
          if fields[i] == 'json' then json = fields[i + 1] end
        end
        taken[#taken + 1] = {pending[1], tries, json}
      end
    end
  end
  if #page < 100 or #taken >= tonumber(ARGV[4]) then break end
  from = '(' .. page[#page][1]
end
return taken
