#include "logic/routers/router_rooms.hpp"

#include <map>

#include "common/base/batch.hpp"

namespace im::logic {

namespace {

namespace rt = im::router;

std::vector<std::function<void(Status)>> settles_of(std::size_t count, std::function<void(Status)> done) {
  WhenAll<> all(std::move(done));
  std::vector<std::function<void(Status)>> settles;
  for (std::size_t i = 0; i < count; ++i) settles.push_back(all.part());
  return settles;
}

struct Totals {
  std::mutex mutex;
  rt::ReportOnlineReply reply;
  bool any = false;
  Error error;

  void add(const Result<rt::ReportOnlineReply>& part) {
    const std::lock_guard lock(mutex);
    if (!part.ok()) {
      error = part.error();
      return;
    }
    any = true;
    reply.mutable_totals()->MergeFrom(part.value().totals());
    for (const auto& [router, version] : part.value().versions()) (*reply.mutable_versions())[router] = version;
  }
};

}  // namespace

void update_rooms_at_routers(RouterCalls& calls, const rt::UpdateRoomsRequest& request,
                             std::function<void(Status)> done) {
  std::map<int, rt::UpdateRoomsRequest> parts;
  for (const auto& room : request.rooms()) *parts[calls.map().owner_index(slot_of(room.room()))].add_rooms() = room;
  if (parts.empty()) return done(Ok{});
  const auto settles = settles_of(parts.size(), [&calls, done = std::move(done)](const Status& status) {
    if (!status.ok()) calls.map().refresh();
    done(status);
  });
  std::size_t next = 0;
  for (auto& [index, part] : parts) {
    *part.mutable_comet() = request.comet();
    calls.to_router<rt::UpdateRoomsReply>(index, std::move(part), &RouterCalls::Async::UpdateRooms, calls.deadline(),
                                          [settle = settles[next++]](const Result<rt::UpdateRoomsReply>& reply) {
                                            if (!reply.ok()) return settle(reply.error());
                                            settle(reply.value().not_owner().empty()
                                                       ? Status(Ok{})
                                                       : Status(Error{Error::Code::kUnavailable, "slots are moving"}));
                                          });
  }
}

void report_online_at_routers(RouterCalls& calls, const rt::ReportOnlineRequest& request,
                              std::function<void(Result<rt::ReportOnlineReply>)> done) {
  std::map<int, rt::ReportOnlineRequest> parts;
  for (const int index : calls.map().answering()) {
    rt::ReportOnlineRequest& part = parts[index];
    *part.mutable_comet() = request.comet();
    part.set_full(request.full());
    part.set_first(request.first());
    part.set_behind(request.behind());
    *part.mutable_since() = request.since();
  }
  for (const auto& room : request.rooms()) {
    const auto part = parts.find(calls.map().owner_index(slot_of(room.room())));
    if (part != parts.end()) *part->second.add_rooms() = room;
  }
  if (parts.empty()) return done(Error{Error::Code::kUnavailable, "no router answers"});
  // Together they are one message to the comet.
  for (auto& [index, part] : parts) part.set_reply_bytes(static_cast<std::uint32_t>(kMaxBatchBytes / parts.size()));
  auto totals = std::make_shared<Totals>();
  const auto settles = settles_of(parts.size(), [totals, done = std::move(done)](const Status&) {
    if (!totals->any) return done(totals->error);
    done(std::move(totals->reply));
  });
  std::size_t next = 0;
  for (auto& [index, part] : parts) {
    calls.to_router<rt::ReportOnlineReply>(
        index, std::move(part), &RouterCalls::Async::ReportOnline, calls.deadline(),
        [totals, settle = settles[next++]](const Result<rt::ReportOnlineReply>& reply) {
          totals->add(reply);
          settle(Ok{});
        });
  }
}

}  // namespace im::logic
