-- What every script begins with. KEYS: slot table, its version, routers. ARGV[1]: the prefix.
local slots, version, routers, prefix = KEYS[1], KEYS[2], KEYS[3], ARGV[1]

local function lease(id) return prefix .. ':router:' .. id end
local function lives(id) return redis.call('EXISTS', lease(id)) == 1 end
-- Epochs and times are below 2^53, so doubles keep them; '..' would round them to 14 digits.
local function text(number) return string.format('%.0f', number) end

local function now_us()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
local function now_ms() return math.floor(now_us() / 1000) end

-- A row is "owner epoch serial": who has the slot, since which claim, and the serial of his last write.
local function row_of(slot)
  local owner, epoch, serial = string.match(redis.call('HGET', slots, slot) or '', '^(%d+) (%d+) (%d+)$')
  return owner or '0', tonumber(epoch or 0), tonumber(serial or 0)
end
local function set_row(slot, owner, epoch, serial)
  redis.call('HSET', slots, slot, owner .. ' ' .. text(epoch) .. ' ' .. serial)
end

-- In us: changes are further apart, so a version never runs ahead of the clock, and none comes twice after FLUSHALL.
local function table_changed()
  redis.call('SET', version, text(math.max((redis.call('GET', version) or 0) + 1, now_us())))
end

