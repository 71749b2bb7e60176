-- prefix id floor slot... -> {slot, epoch, ...} of what was taken
local id, floor, now = ARGV[2], tonumber(ARGV[3]), now_ms()
local is_taken = {['0'] = false, [id] = false} -- by owner: is it another one, and does it live?

local taken = {}
for i = 4, #ARGV do
  local owner, epoch = row_of(ARGV[i])
  if is_taken[owner] == nil then is_taken[owner] = lives(owner) end
  if not is_taken[owner] then
    local fence = math.max(epoch + 1, now, floor + 1)
    set_row(ARGV[i], id, fence, 0)
    taken[#taken + 1] = ARGV[i]
    taken[#taken + 1] = text(fence)
  end
end
if #taken > 0 then table_changed() end
return taken
