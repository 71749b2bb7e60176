#include "common/sql/database.hpp"

#include <charconv>
#include <optional>

namespace im::sql {

namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kMysql = "mysql://";
constexpr std::string_view kSocket = "?socket=";

Error wrong(std::string what) { return {Error::Code::kInvalid, "database address: " + std::move(what)}; }

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    unsigned byte = 0;
    if (i + 2 >= text.size()) return std::nullopt;
    const char* const hex = text.data() + i + 1;
    if (const auto read = std::from_chars(hex, hex + 2, byte, 16); read.ptr != hex + 2) return std::nullopt;
    plain += static_cast<char>(byte);
    i += 2;
  }
  return plain;
}

/// "USER[:PASSWORD]".
bool take_user(std::string_view text, Database& database) {
  const auto colon = text.find(':');
  const auto user = percent_decoded(text.substr(0, colon));
  const auto password = colon == std::string_view::npos ? std::string() : percent_decoded(text.substr(colon + 1));
  if (!user || user->empty() || !password) return false;
  database.user = *user;
  database.password = *password;
  return true;
}

/// "HOST[:PORT]" or nothing.
bool take_host(std::string_view text, Database& database) {
  const auto colon = text.rfind(':');
  database.host = text.substr(0, colon);
  if (colon == std::string_view::npos) return true;
  const auto port = text.substr(colon + 1);
  const auto read = std::from_chars(port.data(), port.data() + port.size(), database.port);
  return read.ptr == port.data() + port.size() && !database.host.empty() && database.port > 0 && database.port < 65536;
}

/// SOCI takes its parameters as text; signs that would end a value have no place in them.
bool plain(const std::string& text) { return text.find_first_of("'\"\\\0\n") == std::string::npos; }

Result<Database> parse_mysql(std::string_view rest) {
  Database database{.engine = Engine::kMysql};
  const auto at = rest.rfind('@');
  const auto slash = rest.find('/', at == std::string_view::npos ? 0 : at);
  if (at == std::string_view::npos || slash == std::string_view::npos)
    return wrong("mysql://USER[:PASSWORD]@HOST[:PORT]/NAME is expected");
  auto name = rest.substr(slash + 1);
  if (const auto socket = name.find(kSocket); socket != std::string_view::npos) {
    database.socket = name.substr(socket + kSocket.size());
    name = name.substr(0, socket);
  }
  database.name = name;
  if (!take_user(rest.substr(0, at), database)) return wrong("the user or password is not percent-encoded text");
  if (!take_host(rest.substr(at + 1, slash - at - 1), database)) return wrong("HOST[:PORT] is wrong");
  if (database.name.empty()) return wrong("the name of the database is missing");
  if (database.host.empty() == database.socket.empty()) return wrong("either a host or ?socket=PATH is needed");
  for (const auto* part : {&database.name, &database.host, &database.socket, &database.user, &database.password})
    if (!plain(*part)) return wrong("quotes and backslashes are not possible");
  database.description =
      "mysql " + database.user + "@" +
      (database.host.empty() ? database.socket : database.host + ":" + std::to_string(database.port)) + "/" +
      database.name;
  return database;
}

}  // namespace

Result<Database> parse_database(std::string_view dsn) {
  if (dsn.starts_with(kMysql)) {
    // The name may not hold '@', the socket may: look for the last one before the question mark.
    const auto rest = dsn.substr(kMysql.size());
    const auto query = rest.find(kSocket);
    if (rest.substr(0, query).find('@') == std::string_view::npos) return wrong("the user is missing");
    return parse_mysql(rest);
  }
  if (!dsn.starts_with(kSqlite)) return wrong("sqlite:PATH or mysql://… is expected");
  Database database{.engine = Engine::kSqlite, .path = std::string(dsn.substr(kSqlite.size()))};
  if (database.path.empty()) return wrong("the path of the file is missing");
  if (!plain(database.path)) return wrong("quotes and backslashes in the path are not possible");
  database.description = "sqlite " + database.path;
  return database;
}

}  // namespace im::sql
