#include "logic/accounts/account_requests.hpp"

#include <boost/json/array.hpp>

#include "common/base/log.hpp"
#include "logic/requests/fields.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
constexpr std::size_t kMaxLabel = 64;
constexpr std::size_t kMaxLogin = 64;
constexpr std::size_t kMaxPasswordField = 1024;  ///< what is read; the rule is check_password()
constexpr std::size_t kMaxToken = 256;

/// A caller without a proof is told to get one, not that it may not.
Answer failed(const Error& error) {
  if (error.code == Error::Code::kDenied) return Failure{Code::kNoToken, error.message, {}, {}};
  return error;
}

Answer tokens_of(const Result<TokenPair>& pair) {
  if (!pair.ok()) return failed(pair.error());
  const TokenPair& tokens = pair.value();
  return json::object{{"uid", tokens.uid.value()},
                      {"device", tokens.device},
                      {"token", tokens.access},
                      {"expires_in_s", tokens.access_s},
                      {"refresh", tokens.refresh}};
}

/// Of a new account. "Closed" and a name that is not allowed are matters of rights, not of a proof.
Answer made_of(const Result<TokenPair>& pair) { return pair.ok() ? tokens_of(pair) : Answer(pair.error()); }

/// The device of this caller's token: sessions of ours have the key "UID/DEVICE".
std::string device_of(const Caller& caller) {
  const std::string prefix = std::to_string(caller.uid.value()) + "/";
  return caller.key.starts_with(prefix) ? caller.key.substr(prefix.size()) : "";
}

json::object device_json(const Device& device, const std::string& own) {
  return {{"device", device.id},
          {"label", device.label},
          {"created", device.created_ms},
          {"last_seen", device.last_seen_ms},
          {"this", device.id == own}};
}

}  // namespace

AccountRequests::AccountRequests(AccountService& accounts, BlockingPool& pool, SessionEnds& ends, NameGate names)
    : accounts_(accounts), pool_(pool), ends_(ends), names_(std::move(names)), guesses_(Rate(1.0 / 30, 10), {}) {}

void AccountRequests::add(RequestRouter& router) {
  const auto bind = [this](void (AccountRequests::*method)(const Caller&, const Object&, const Reply&)) {
    return [this, method](const Caller& caller, const Object& object, const Reply& reply) {
      (this->*method)(caller, object, reply);
    };
  };
  router.on("account.register", {.anyone = true}, bind(&AccountRequests::register_user));
  router.on("account.login", {.anyone = true}, bind(&AccountRequests::login));
  router.on("account.guest", {.anyone = true}, bind(&AccountRequests::guest));
  router.on("account.refresh", {.anyone = true}, bind(&AccountRequests::refresh));
  router.on("account.logout", {.user = true}, bind(&AccountRequests::logout));
  router.on("account.password", {.user = true}, bind(&AccountRequests::change_password));
  router.on("device.list", {.user = true}, bind(&AccountRequests::list_devices));
  router.on("device.kick", {.user = true}, bind(&AccountRequests::kick_device));
}

void AccountRequests::register_user(const Caller& caller, const Object& object, const Reply& reply) {
  Fields fields(object);
  auto login = read_login(fields.text("login", kMaxLogin));
  const std::string password = fields.raw_text("password", kMaxPasswordField);
  const std::string name = fields.text_or("name", kMaxName, login.ok() ? login.value() : "");
  const std::string label = fields.text_or("device", kMaxLabel, "");
  if (fields.failure()) return reply(*fields.failure());
  if (!login.ok()) return reply(login.error());
  if (const Status may = accounts_.may_register(password); !may.ok()) return reply(may.error());
  pool_.run(
      [this, caller, login = login.value(), password, name, label]() -> Result<TokenPair> {
        auto kept = names_(caller, name);
        if (!kept) return kept.error();
        return accounts_.register_user(login, password, std::move(kept).value(), label);
      },
      [reply](const Result<TokenPair>& pair) { reply(made_of(pair)); });
}

void AccountRequests::login(const Caller& caller, const Object& object, const Reply& reply) {
  Fields fields(object);
  auto login = read_login(fields.text("login", kMaxLogin));
  const std::string password = fields.raw_text("password", kMaxPasswordField);
  const std::string label = fields.text_or("device", kMaxLabel, "");
  if (fields.failure()) return reply(*fields.failure());
  if (!login.ok()) return reply(login.error());
  Caller guess;
  guess.key = login.value() + " " + caller.client_ip;
  if (const auto wait = guesses_.take(guess, monotonic_now()))
    return reply(Failure{Code::kSlowDown, "too many tries", std::chrono::ceil<std::chrono::milliseconds>(*wait), {}});
  pool_.run([this, login = login.value(), password, label] { return accounts_.login(login, password, label); },
            [reply](const Result<TokenPair>& pair) { reply(tokens_of(pair)); });
}

void AccountRequests::guest(const Caller& caller, const Object& object, const Reply& reply) {
  Fields fields(object);
  const std::string name = fields.text("name", kMaxName);
  const std::string label = fields.text_or("device", kMaxLabel, "");
  if (fields.failure()) return reply(*fields.failure());
  if (const Status may = accounts_.may_be_guest(); !may.ok()) return reply(may.error());
  pool_.run(
      [this, caller, name, label]() -> Result<TokenPair> {
        auto kept = names_(caller, name);
        if (!kept) return kept.error();
        return accounts_.guest(std::move(kept).value(), label);
      },
      [reply](const Result<TokenPair>& pair) { reply(made_of(pair)); });
}

void AccountRequests::refresh(const Caller&, const Object& object, const Reply& reply) {
  Fields fields(object);
  const std::string token = fields.text("refresh", kMaxToken);
  if (fields.failure()) return reply(*fields.failure());
  pool_.run([this, token] { return accounts_.refresh(token); },
            [this, reply](const Result<Refreshed>& refreshed) {
              if (!refreshed.ok()) return reply(failed(refreshed.error()));
              const auto& [tokens, stolen] = refreshed.value();
              if (!stolen) return reply(tokens_of(tokens));
              log::warn("a refresh token was used twice; its device is closed", {{"uid", tokens.uid.value()}});
              end_quietly(tokens.uid, tokens.device);
              reply(Failure{Code::kNoToken, "the refresh token is not accepted", {}, {}});
            });
}

/// The answer leaves before the connection that asked is closed.
void AccountRequests::logout(const Caller& caller, const Object&, const Reply& reply) {
  const std::string device = device_of(caller);
  pool_.run([this, uid = caller.uid, device] { return accounts_.end_device(uid, device); },
            [this, uid = caller.uid, device, reply](const Status& status) {
              if (!status.ok()) return reply(status.error());
              reply(json::object{});
              end_quietly(uid, device);
            });
}

void AccountRequests::change_password(const Caller& caller, const Object& object, const Reply& reply) {
  Fields fields(object);
  const std::string from = fields.raw_text("old", kMaxPasswordField);
  const std::string to = fields.raw_text("new", kMaxPasswordField);
  if (fields.failure()) return reply(*fields.failure());
  Caller guess;
  guess.key = "password of " + std::to_string(caller.uid.value());
  if (const auto wait = guesses_.take(guess, monotonic_now()))
    return reply(Failure{Code::kSlowDown, "too many tries", std::chrono::ceil<std::chrono::milliseconds>(*wait), {}});
  pool_.run([this, uid = caller.uid, device = device_of(caller), from,
             to] { return accounts_.change_password(uid, device, from, to); },
            [this, uid = caller.uid, reply](const Result<std::vector<std::string>>& ended) {
              if (!ended.ok()) return reply(ended.error());
              for (const std::string& device : ended.value()) end_quietly(uid, device);
              reply(json::object{{"ended", ended.value().size()}});
            });
}

void AccountRequests::list_devices(const Caller& caller, const Object&, const Reply& reply) {
  pool_.run([this, uid = caller.uid] { return accounts_.devices(uid); },
            [own = device_of(caller), reply](const Result<std::vector<Device>>& devices) {
              if (!devices.ok()) return reply(devices.error());
              json::array list;
              for (const Device& device : devices.value()) list.push_back(device_json(device, own));
              reply(json::object{{"devices", std::move(list)}});
            });
}

void AccountRequests::kick_device(const Caller& caller, const Object& object, const Reply& reply) {
  Fields fields(object);
  const std::string device = fields.text("device", kMaxLabel);
  if (fields.failure()) return reply(*fields.failure());
  pool_.run([this, uid = caller.uid, device] { return accounts_.end_device(uid, device); },
            [this, uid = caller.uid, device, reply](const Status& status) {
              if (!status.ok()) return reply(status.error());
              ends_.end(uid, device, [reply](const Result<std::int32_t>& closed) {
                reply(closed.ok() ? Answer(json::object{{"closed", closed.value()}}) : Answer(closed.error()));
              });
            });
}

void AccountRequests::end_quietly(Uid uid, const std::string& device) {
  ends_.end(uid, device, [](const Result<std::int32_t>& closed) {
    if (!closed.ok()) log::warn("a device may still be connected", {{"why", closed.error().message}});
  });
}

}  // namespace im::logic
