#include "router/slots/redis_slot_store.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "router/slots/lua/scripts.hpp"

namespace im::router {

namespace {

struct Scripts {
  static redis::Script script(std::string_view lua) { return redis::Script(std::string(lua::kCommon).append(lua)); }
  const redis::Script renew = script(lua::kRenew), claim = script(lua::kClaim), release = script(lua::kRelease),
                      leave = script(lua::kLeave), write = script(lua::kWrite), load = script(lua::kLoad);
};
/// Clients point into it for as long as they run.
const Scripts& scripts() {
  static const auto* const kScripts = new Scripts;
  return *kScripts;
}

std::string text(std::uint64_t number) { return std::to_string(number); }

SlotOwner owner_of(const std::string& row) {
  const auto first = row.find(' '), second = row.find(' ', first + 1);
  if (second == std::string::npos) return {};
  const auto number = [&row](std::size_t from, std::size_t to) {
    return redis::Reply{.kind = redis::Reply::Kind::kString, .text = row.substr(from, to - from)}.number();
  };
  return {number(0, first), number(first + 1, second)};
}

Membership membership_of(const redis::Reply& reply) {
  Membership membership;
  membership.version = reply[0].number();
  for (std::size_t i = 0; i + 1 < reply[1].items.size(); i += 2)
    membership.live.push_back({reply[1][i].number(), reply[1][i + 1].text});
  if (reply.items.size() < 3) return membership;
  membership.slots.resize(kSlots);
  for (std::size_t i = 0; i + 1 < reply[2].items.size(); i += 2) {
    const auto slot = reply[2][i].number(kSlots);
    if (slot < kSlots) membership.slots[slot] = owner_of(reply[2][i + 1].text);
  }
  return membership;
}

/// Of write and load.
Status fenced(const redis::Reply& reply, std::size_t slot, const SlotOwner& by) {
  if (reply[0].text == "ok") return Ok{};
  if (reply[0].text == "conflict")
    return Error{Error::Code::kConflict, "slot " + text(slot) + " belongs to router " + reply[1].text +
                                             " since epoch " + reply[2].text + ", and not to " + text(by.owner) +
                                             " since " + text(by.epoch)};
  return Error{Error::Code::kUnavailable, "slot " + text(slot) + ": a later write came first"};
}

template <class T, class Convert>
redis::Client::Done converted(SlotStore::Done<T> done, Convert convert) {
  return [done = std::move(done), convert = std::move(convert)](Result<redis::Reply> result) {
    if (result.ok()) {
      done(convert(result.value()));
    } else {
      done(result.error());
    }
  };
}

}  // namespace

RedisSlotStore::RedisSlotStore(redis::Client& client, std::string prefix)
    : client_(client), prefix_(std::move(prefix)) {}

void RedisSlotStore::run(const redis::Script& script, Args args, redis::Client::Done done) {
  args.insert(args.begin(), prefix_);
  client_.script(script, {prefix_ + ":slots", prefix_ + ":slots:version", prefix_ + ":routers"}, std::move(args),
                 std::move(done));
}

void RedisSlotStore::renew(const RouterSeat& self, std::chrono::milliseconds ttl, std::uint64_t known_version,
                           Done<Membership> done) {
  Args args{text(self.id), self.address, std::to_string(ttl.count()), text(known_version)};
  run(scripts().renew, std::move(args), converted(std::move(done), membership_of));
}

void RedisSlotStore::claim(RouterId self, const std::vector<std::size_t>& slots, std::uint64_t floor,
                           Done<std::vector<std::pair<std::size_t, std::uint64_t>>> done) {
  Args args{text(self), text(floor)};
  std::ranges::transform(slots, std::back_inserter(args), text);
  const auto taken = [](const redis::Reply& reply) {
    std::vector<std::pair<std::size_t, std::uint64_t>> rows;
    for (std::size_t i = 0; i + 1 < reply.items.size(); i += 2)
      rows.emplace_back(reply[i].number(), reply[i + 1].number());
    return rows;
  };
  run(scripts().claim, std::move(args), converted(std::move(done), taken));
}

void RedisSlotStore::release(RouterId self, const std::vector<std::size_t>& slots, Done<Ok> done) {
  Args args{text(self)};
  std::ranges::transform(slots, std::back_inserter(args), text);
  run(scripts().release, std::move(args), converted(std::move(done), [](const redis::Reply&) { return Ok{}; }));
}

void RedisSlotStore::leave(RouterId self, Done<Ok> done) {
  run(scripts().leave, {text(self)}, converted(std::move(done), [](const redis::Reply&) { return Ok{}; }));
}

void RedisSlotStore::write(std::size_t slot, const SlotOwner& by, std::vector<SlotWrite> changes, bool replace,
                           Done<Ok> done) {
  std::map<std::string, std::optional<std::string>> last;  // of a field that is named twice
  for (auto& change : changes) last[std::move(change.field)] = std::move(change.value);
  Args fields, removed;
  for (auto& [field, value] : last) {
    auto& list = value ? fields : removed;
    list.push_back(field);
    if (value) list.push_back(std::move(*value));
  }
  Args args{text(slot), text(by.owner), text(by.epoch), "", replace ? "1" : "0", text(fields.size() / 2)};
  for (auto* part : {&fields, &removed})
    args.insert(args.end(), std::make_move_iterator(part->begin()), std::make_move_iterator(part->end()));
  const auto outcome = [slot, by](const redis::Reply& reply) { return fenced(reply, slot, by); };
  const std::lock_guard lock(serial_mutex_);
  args[3] = text(++serial_);
  run(scripts().write, std::move(args), converted(std::move(done), outcome));
}

void RedisSlotStore::load(std::size_t slot, const SlotOwner& by, Done<SlotFields> done) {
  const auto loaded = [slot, by](redis::Reply& reply) -> Result<SlotFields> {
    if (const auto status = fenced(reply, slot, by); !status) return status.error();
    SlotFields fields;
    if (reply.items.size() < 2) return fields;
    auto& items = reply.items[1].items;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2)
      fields.emplace_back(std::move(items[i].text), std::move(items[i + 1].text));
    return fields;
  };
  run(scripts().load, {text(slot), text(by.owner), text(by.epoch)}, converted(std::move(done), loaded));
}

}  // namespace im::router
