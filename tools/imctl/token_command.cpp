// imctl token: keys and tokens of identity `jwt`.
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "common/base/clock.hpp"
#include "common/base/secret_file.hpp"
#include "common/client/address.hpp"
#include "common/jwt/jwt.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

struct TokenArguments {
  std::string keys, public_keys, kid, algorithm = "EdDSA", token, issuer, audience;
  std::int64_t uid = 0;
  std::int64_t seconds = 900;
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Failure(path + ": cannot be read; `imctl token key` makes it");
  return {std::istreambuf_iterator<char>(file), {}};
}

JwkSet keys_in(const std::string& path) {
  auto keys = parse_jwk_set(content_of(path));
  if (!keys.ok()) throw Failure(path + ": " + keys.error().message);
  return std::move(keys).value();
}

void save(const std::string& path, const json::object& root) {
  if (const auto saved = write_secret_file(path, json::serialize(root) + "\n"); !saved.ok())
    throw Failure(saved.error().message);
}

/// The set with one more JWK; a new one when there is no file. Nothing is written yet.
json::object appended(const std::string& path, const std::string& kid, const std::string& jwk) {
  json::object root{{"keys", json::array()}};
  if (std::ifstream(path)) {
    if (keys_in(path).contains(kid)) throw Failure(path + ": has a key \"" + kid + "\" already; choose another --kid");
    root = json::parse(content_of(path)).as_object();
  }
  root["keys"].as_array().push_back(json::parse(jwk));
  return root;
}

int make_key(const Globals& globals, const TokenArguments& arguments) {
  const auto algorithm = arguments.algorithm == "HS256" ? JwtAlgorithm::kHs256 : JwtAlgorithm::kEdDsa;
  const NewJwk made = make_jwk(algorithm, arguments.kid);
  const json::object signs = appended(arguments.keys, arguments.kid, made.private_json);
  const json::object checks = appended(arguments.public_keys, arguments.kid, made.public_json);
  save(arguments.public_keys, checks);  // first: a key that signs and that nobody knows locks out
  save(arguments.keys, signs);
  if (globals.json) {
    std::cout << json::serialize(json::object{{"kid", arguments.kid}, {"alg", arguments.algorithm}}) << "\n";
  } else {
    std::cout << "key \"" << arguments.kid << "\": " << arguments.keys << " signs, " << arguments.public_keys
              << " is for logic (identity.jwt_keys_file)\n";
  }
  return 0;
}

/// Milliseconds since 1970 in "k1795910789274"; 0 for names that people chose.
std::int64_t time_of(const std::string& kid) {
  if (kid.size() < 2 || kid.front() != 'k' || kid.find_first_not_of("0123456789", 1) != std::string::npos) return 0;
  return std::stoll(kid.substr(1, 18));
}

/// What a set keeps: every key whose successor is younger than `seconds`, since tokens of it may still be about.
json::array still_needed(const json::array& keys, std::int64_t seconds) {
  json::array kept;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const bool last = i + 1 == keys.size();
    const std::int64_t successor = last ? unix_ms() : time_of(std::string(keys[i + 1].at("kid").as_string().c_str()));
    if (successor + seconds * 1000 > unix_ms()) kept.push_back(keys[i]);
  }
  return kept;
}

/// Identity accounts: a new key signs from now on. Whole or not at all: logic follows the file.
int rotate_keys(const Globals& globals, const TokenArguments& arguments) {
  keys_in(arguments.keys);  // says what is wrong before anything is written
  json::object root = json::parse(content_of(arguments.keys)).as_object();
  json::array keys = still_needed(root["keys"].as_array(), arguments.seconds);
  const std::string kid = "k" + std::to_string(unix_ms());
  keys.push_back(json::parse(make_jwk(JwtAlgorithm::kEdDsa, kid).private_json));
  const std::size_t count = keys.size();
  root["keys"] = std::move(keys);
  save(arguments.keys, root);
  if (globals.json) {
    std::cout << json::serialize(json::object{{"kid", kid}, {"keys", count}}) << "\n";
  } else {
    std::cout << "key \"" << kid << "\" signs from now on; " << count << " keys in " << arguments.keys
              << ", which every logic must have\n";
  }
  return 0;
}

int make_token(const Globals& globals, const TokenArguments& arguments) {
  const JwkSet keys = keys_in(arguments.keys);
  const auto key = keys.find(arguments.kid);
  if (key == keys.end()) throw Failure(arguments.keys + ": no key \"" + arguments.kid + "\"");
  const std::int64_t now = unix_ms() / 1000;
  json::object claims{{"sub", std::to_string(arguments.uid)}, {"iat", now}, {"exp", now + arguments.seconds}};
  if (!arguments.issuer.empty()) claims["iss"] = arguments.issuer;
  if (!arguments.audience.empty()) claims["aud"] = arguments.audience;
  const auto token = sign_jwt(claims, key->second);
  if (!token.ok()) throw Failure(token.error().message);
  if (globals.json) {
    std::cout << json::serialize(json::object{{"token", token.value()}, {"expires", now + arguments.seconds}}) << "\n";
  } else {
    std::cout << token.value() << "\n";
  }
  return 0;
}

int check_token(const Globals& globals, const TokenArguments& arguments) {
  const std::int64_t now = unix_ms() / 1000;
  const auto claims =
      verify_jwt(arguments.token, keys_in(arguments.keys), {arguments.issuer, arguments.audience, 5}, now);
  if (!claims.ok()) throw Failure("refused: " + claims.error().message, kNotMet);
  if (globals.json) {
    std::cout << json::serialize(claims.value().all) << "\n";
  } else {
    std::cout << "good: user " << printable(claims.value().subject) << ", " << claims.value().expires_s - now
              << " s left\n";
  }
  return 0;
}

CLI::App* token_verb(CLI::App& parent, Globals& globals, const char* name, const char* doc,
                     const std::shared_ptr<TokenArguments>& arguments,
                     int (*run)(const Globals&, const TokenArguments&)) {
  CLI::App* app = parent.add_subcommand(name, doc);
  app->add_option("--keys", arguments->keys, "JWK Set file")->required();
  app->callback(
      [&globals, arguments, run] { globals.run = [&globals, arguments, run] { return run(globals, *arguments); }; });
  return app;
}

void add_claims(CLI::App* app, TokenArguments& arguments) {
  app->add_option("--issuer", arguments.issuer, "Claim \"iss\"");
  app->add_option("--audience", arguments.audience, "Claim \"aud\"");
}

}  // namespace

void add_token(CLI::App& app, Globals& globals) {
  CLI::App* parent = app.add_subcommand("token", "Keys and tokens of clients (identity jwt)");
  parent->require_subcommand(1);
  parent->footer(
      "Examples:\n"
      "  imctl token rotate --keys keys.json\n"
      "  imctl token key --keys sign.json --public check.json --kid 2026-11\n"
      "  imctl token make --keys sign.json --kid 2026-11 --uid 42\n"
      "  imctl token check --keys check.json TOKEN");
  const auto keyed = std::make_shared<TokenArguments>();
  CLI::App* key = token_verb(*parent, globals, "key",
                             "Make a key: adds it to the file that signs and the one that checks", keyed, make_key);
  key->add_option("--public", keyed->public_keys, "JWK Set file for logic")->required();
  key->add_option("--kid", keyed->kid, "Name of the key")->required();
  key->add_option("--alg", keyed->algorithm, "EdDSA or HS256")
      ->check(CLI::IsMember({"EdDSA", "HS256"}))
      ->capture_default_str();
  const auto rotated = std::make_shared<TokenArguments>();
  rotated->seconds = 24 * 3600;
  CLI::App* rotate = token_verb(*parent, globals, "rotate", "Identity accounts: add a key that signs from now on",
                                rotated, rotate_keys);
  rotate->add_option("--keep", rotated->seconds, "Seconds for which a key that signs no more still checks")
      ->capture_default_str();
  const auto made = std::make_shared<TokenArguments>();
  CLI::App* make = token_verb(*parent, globals, "make", "Sign a token", made, make_token);
  make->add_option("--kid", made->kid, "Key to sign with")->required();
  make->add_option("--uid", made->uid, "User")->required()->check(CLI::Range(std::int64_t{1}, INT64_MAX));
  make->add_option("--seconds", made->seconds, "How long it is good")->capture_default_str();
  add_claims(make, *made);
  const auto checked = std::make_shared<TokenArguments>();
  CLI::App* check =
      token_verb(*parent, globals, "check", "Say whether logic would take a token, and why not", checked, check_token);
  check->add_option("token", checked->token, "TOKEN")->required()->type_name("");
  add_claims(check, *checked);
}

}  // namespace im::imctl
