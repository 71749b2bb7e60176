-- prefix slot owner epoch serial replace count (field value)*count field... -> 'ok', {'conflict', owner, epoch}, 'late'
local slot, serial, count = ARGV[2], ARGV[5], tonumber(ARGV[7])
local owner, epoch, last = row_of(slot)
if owner == '0' or owner ~= ARGV[3] or epoch ~= tonumber(ARGV[4]) then return {'conflict', owner, text(epoch)} end
-- From a connection that was given up: what came after it is here already.
if tonumber(serial) <= last then return {'late'} end
set_row(slot, owner, epoch, serial)

local key = prefix .. ':slot:' .. slot
local function in_chunks(command, from, to)
  for at = from, to, 1000 do -- unpack() takes some thousands at most
    redis.call(command, key, unpack(ARGV, at, math.min(at + 999, to)))
  end
end
if ARGV[6] == '1' then redis.call('DEL', key) end
local first_removed = 8 + 2 * count
in_chunks('HSET', 8, first_removed - 1)
in_chunks('HDEL', first_removed, #ARGV)
return {'ok'}
