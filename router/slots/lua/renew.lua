-- prefix id address ttl_ms known_version -> {version, {id, address, ...}, {slot, row, ...} unless the version is known}
local id, address, ttl, known = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
redis.call('SET', lease(id), address, 'PX', ttl)
redis.call('HSET', routers, id, address)

local live = {}
local all = redis.call('HGETALL', routers)
for i = 1, #all, 2 do
  if lives(all[i]) then
    live[#live + 1] = all[i]
    live[#live + 1] = all[i + 1]
  else
    redis.call('HDEL', routers, all[i])
  end
end

local now = redis.call('GET', version) or '0'
if known ~= '0' and now == known then return {now, live} end
return {now, live, redis.call('HGETALL', slots)}
