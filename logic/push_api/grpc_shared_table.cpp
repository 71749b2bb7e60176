#include "common/rpc/call.hpp"
#include "im/kv.grpc.pb.h"
#include "logic/push_api/shared_table.hpp"

namespace im::logic {

namespace {

namespace rt = im::router;

class Table final : public SharedTable {
 public:
  Table(std::shared_ptr<grpc::Channel> router, std::chrono::milliseconds deadline)
      : stub_(rt::Kv::NewStub(std::move(router))), deadline_(deadline) {}

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

  void remove(std::string key, std::function<void(Status)> done) override {
    rt::KvRemoveRequest request;
    request.set_key(std::move(key));
    rpc::call<rt::KvRemoveReply>(
        std::move(request), deadline_,
        [this](grpc::ClientContext* context, const rt::KvRemoveRequest* ask, rt::KvRemoveReply* reply,
               std::function<void(grpc::Status)> finish) {
          stub_->async()->Remove(context, ask, reply, std::move(finish));
        },
        [done = std::move(done)](const Result<rt::KvRemoveReply>& reply) {
          done(reply.ok() ? Status(Ok{}) : Status(reply.error()));
        });
  }

 private:
  void send(std::string key, std::string value, std::chrono::milliseconds ttl, bool if_absent,
            std::function<void(Result<rt::KvPutReply>)> done) {
    rt::KvPutRequest request;
    request.set_key(std::move(key));
    request.set_value(std::move(value));
    request.set_ttl_ms(ttl.count());
    request.set_if_absent(if_absent);
    rpc::call<rt::KvPutReply>(
        std::move(request), deadline_,
        [this](grpc::ClientContext* context, const rt::KvPutRequest* ask, rt::KvPutReply* reply,
               std::function<void(grpc::Status)> finish) {
          stub_->async()->Put(context, ask, reply, std::move(finish));
        },
        std::move(done));
  }

  std::unique_ptr<rt::Kv::Stub> stub_;
  std::chrono::milliseconds deadline_;
};

}  // namespace

std::unique_ptr<SharedTable> make_grpc_shared_table(std::shared_ptr<grpc::Channel> router,
                                                    std::chrono::milliseconds deadline) {
  return std::make_unique<Table>(std::move(router), deadline);
}

}  // namespace im::logic
