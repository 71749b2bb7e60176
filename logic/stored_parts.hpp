#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "logic/accounts/accounts_part.hpp"
#include "logic/chat_events/chat_sink.hpp"
#include "logic/chat_requests/chat_part.hpp"
#include "logic/comets/comets_part.hpp"
#include "logic/config.hpp"
#include "logic/group_rooms/group_rooms.hpp"
#include "logic/hooks/hooks_part.hpp"
#include "logic/identity/identity_part.hpp"
#include "logic/push/push_part.hpp"
#include "logic/store/store_part.hpp"

namespace im::logic {

/// What needs a database, when store.dsn names one: chat, and accounts with identity `accounts`.
class StoredParts final : public Part {
 public:
  struct Uses {
    RoutersPart& routers;
    IdentityPart& identity;
    PushPart& push;
    CometsPart& comets;
  };
  /// `name`: of this node. Throws as StorePart does.
  StoredParts(const Config& config, const std::string& name, const Uses& uses);
  ~StoredParts() override { stop(); }
  HelloChat hello();
  store::Store& store() { return store_.store(); }
  /// Rows that somebody else brings to those online (ChatSink::Ways). Before start().
  void on_row(std::function<bool(const store::Message&, std::function<void(Status)>)> elsewhere) {
    elsewhere_ = std::move(elsewhere);
  }
  /// See ChatSink::Ways. Before start().
  void on_page_media(std::function<boost::json::value(const store::Message&, Uid)> words) {
    page_words_ = std::move(words);
  }
  ChatPart& chat() { return chat_; }
  chat::MessageService& messages() { return chat_.messages(); }
  chat::ConversationService& conversations() { return chat_.conversations(); }
  TellLive teller();
  /// What the operator's service hears and is asked. Before add_requests() and start().
  void use(HooksPart& hooks);

  void add_requests(RequestRouter& router) override;
  void add_metrics(MetricsPage& page) const override;
  void start() override;
  void tick(TimePoint now) override;
  bool busy() const override { return sink_.busy(); }
  void stop() override;

 private:
  void tell(const std::vector<Uid>& users, const LiveEvent& event);
  void add_room_ways(ChatSink::Ways& ways);

  PushPart& push_;
  CometsPart& comets_;
  std::function<bool(const store::Message&, std::function<void(Status)>)> elsewhere_;
  std::function<boost::json::value(const store::Message&, Uid)> page_words_;
  HooksPart* hooks_ = nullptr;
  ChatSink sink_;
  StorePart store_;
  ChatPart chat_;
  GroupRooms rooms_;
  std::optional<AccountsPart> accounts_;
};

}  // namespace im::logic
