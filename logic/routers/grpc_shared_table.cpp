#include "logic/routers/grpc_shared_table.hpp"

#include "im/kv.grpc.pb.h"
#include "logic/routers/router_calls.hpp"

namespace im::logic {

namespace {

namespace rt = im::router;

class Table final : public SharedTable {
 public:
  explicit Table(RouterCalls& routers) : routers_(routers) {}

  void put_if_absent(std::string key, std::string value, std::chrono::milliseconds ttl,
                     std::function<void(Result<std::optional<std::string>>)> done) override {
    send(std::move(key), std::move(value), ttl, true, [done = std::move(done)](Result<rt::KvPutReply> reply) {
      if (!reply.ok()) {
        done(reply.error());
      } else if (reply.value().stored()) {
        done(std::optional<std::string>());
      } else {
        done(std::optional<std::string>(reply.value().existing()));
      }
    });
  }

  void put(std::string key, std::string value, std::chrono::milliseconds ttl,
           std::function<void(Status)> done) override {
    send(std::move(key), std::move(value), ttl, false, [done = std::move(done)](const Result<rt::KvPutReply>& reply) {
      done(reply.ok() ? Status(Ok{}) : Status(reply.error()));
    });
  }

  void get(std::string key, std::function<void(Result<std::optional<std::string>>)> done) override {
    rt::KvGetRequest request;
    const std::size_t slot = slot_of(key);
    request.set_key(std::move(key));
    routers_.to_owner<rt::KvGetReply>(slot, std::move(request), &RouterCalls::KvAsync::Get,
                                      [done = std::move(done)](const Result<rt::KvGetReply>& reply) {
                                        if (!reply.ok()) return done(reply.error());
                                        std::optional<std::string> value;
                                        if (reply.value().found()) value = reply.value().value();
                                        done(std::move(value));
                                      });
  }

  void remove(std::string key, std::function<void(Status)> done) override {
    rt::KvRemoveRequest request;
    const std::size_t slot = slot_of(key);
    request.set_key(std::move(key));
    routers_.to_owner<rt::KvRemoveReply>(slot, std::move(request), &RouterCalls::KvAsync::Remove,
                                         [done = std::move(done)](const Result<rt::KvRemoveReply>& reply) {
                                           done(reply.ok() ? Status(Ok{}) : Status(reply.error()));
                                         });
  }

 private:
  void send(std::string key, std::string value, std::chrono::milliseconds ttl, bool if_absent,
            std::function<void(Result<rt::KvPutReply>)> done) {
    rt::KvPutRequest request;
    const std::size_t slot = slot_of(key);
    request.set_key(std::move(key));
    request.set_value(std::move(value));
    request.set_ttl_ms(ttl.count());
    request.set_if_absent(if_absent);
    routers_.to_owner<rt::KvPutReply>(slot, std::move(request), &RouterCalls::KvAsync::Put, std::move(done));
  }

  RouterCalls& routers_;
};

}  // namespace

std::unique_ptr<SharedTable> make_grpc_shared_table(RouterCalls& routers) { return std::make_unique<Table>(routers); }

}  // namespace im::logic
