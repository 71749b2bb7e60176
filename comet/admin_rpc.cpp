#include "comet/admin_rpc.hpp"

#include "im/comet.grpc.pb.h"

namespace im::comet {

namespace {

class AdminService final : public CometAdmin::CallbackService {
 public:
  explicit AdminService(KickSessions kick) : kick_(std::move(kick)) {}

  grpc::ServerUnaryReactor* Kick(grpc::CallbackServerContext* context, const KickRequest* request,
                                 KickReply* reply) override {
    auto* reactor = context->DefaultReactor();
    if ((request->uid() > 0) == !request->key().empty()) {
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, "a user above 0, or a key"});
      return reactor;
    }
    kick_(Uid(request->uid()), request->key(), [reactor, reply](std::int32_t closed) {
      reply->set_closed(closed);
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }

 private:
  KickSessions kick_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_admin_service(KickSessions kick) {
  return std::make_unique<AdminService>(std::move(kick));
}

}  // namespace im::comet
