-- prefix slot owner epoch -> {'ok', {field, value, ...}} or {'conflict', owner, epoch}
local slot = ARGV[2]
local owner, epoch = row_of(slot)
if owner == '0' or owner ~= ARGV[3] or epoch ~= tonumber(ARGV[4]) then return {'conflict', owner, text(epoch)} end
return {'ok', redis.call('HGETALL', prefix .. ':slot:' .. slot)}
