#pragma once

#include <atomic>

#include "logic/chat/retention.hpp"
#include "logic/chat_admin/group_admin.hpp"
#include "logic/chat_admin/user_admin.hpp"
#include "logic/part.hpp"
#include "logic/store/store_config.hpp"

namespace im::logic {

/// What operators do with the users and groups of the chat, and what is kept of it for how long.
class ChatAdminPart final : public Part {
 public:
  struct Uses {
    store::Store& store;
    TellLive tell;
    chat_admin::UserAdmin::EndSessions end;
    chat_admin::UserAdmin::EraseMedia erase_media;
  };
  ChatAdminPart(const StoreConfig& config, Uses uses);
  ~ChatAdminPart() override { stop(); }

  void add_routes(const Ports& ports) override;
  void add_metrics(MetricsPage& page) const override;
  void tick(TimePoint now) override;
  void stop() override;

 private:
  BlockingPool pool_;
  chat::GroupService groups_;
  chat_admin::GroupList list_;
  chat::UserEraser eraser_;
  chat_admin::GroupAdmin group_admin_;
  chat_admin::UserAdmin user_admin_;
  const chat::Keeping keeping_;
  chat::Retention retention_;
  TimePoint next_round_{};
  std::atomic<bool> sweeping_{false};
};

}  // namespace im::logic
