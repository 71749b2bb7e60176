-- prefix id slot...: nobody has them; the epochs stay
local changed = false
for i = 3, #ARGV do
  local owner, epoch = row_of(ARGV[i])
  if owner == ARGV[2] then
    set_row(ARGV[i], '0', epoch, 0)
    changed = true
  end
end
if changed then table_changed() end
