#include "tools/imctl/store/client_program.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace im::imctl {

namespace {

constexpr std::size_t kMostSaid = 2000;

std::vector<std::string> words_of(const std::string& program, const sql::Database& database,
                                  const std::vector<std::string>& flags) {
  std::vector<std::string> words{program, "--no-defaults", "--user=" + database.user,
                                 "--default-character-set=utf8mb4"};
  if (database.host.empty()) {
    words.push_back("--socket=" + database.socket);
  } else {
    words.push_back("--host=" + database.host);
    words.push_back("--port=" + std::to_string(database.port));
    words.push_back("--protocol=tcp");
  }
  words.insert(words.end(), flags.begin(), flags.end());
  words.push_back(database.name);
  return words;
}

/// Never returns.
[[noreturn]] void become(std::vector<std::string> words, const std::string& password, const std::string& from,
                         const std::string& to, int said) {
  const int in = ::open(from.empty() ? "/dev/null" : from.c_str(), O_RDONLY);
  const int out = ::open(to.empty() ? "/dev/null" : to.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (in < 0 || out < 0) ::_exit(126);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(said, STDERR_FILENO);
  ::setenv("MYSQL_PWD", password.c_str(), 1);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

std::string read_all(int file) {
  std::string text;
  std::array<char, 512> buffer{};
  for (ssize_t size = 0; (size = ::read(file, buffer.data(), buffer.size())) > 0;)
    if (text.size() < kMostSaid) text.append(buffer.data(), static_cast<std::size_t>(size));
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

Status run_client_program(const std::string& program, const sql::Database& database,
                          const std::vector<std::string>& flags, const std::string& from, const std::string& to) {
  std::array<int, 2> said{};
  if (::pipe2(said.data(), O_CLOEXEC) != 0) return Error{Error::Code::kUnavailable, std::strerror(errno)};
  const pid_t child = ::fork();
  if (child == 0) become(words_of(program, database, flags), database.password, from, to, said[1]);
  ::close(said[1]);
  const std::string text = read_all(said[0]);
  ::close(said[0]);
  int state = 0;
  if (child < 0 || ::waitpid(child, &state, 0) != child) return Error{Error::Code::kUnavailable, std::strerror(errno)};
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return Ok{};
  if (WIFEXITED(state) && WEXITSTATUS(state) == 127)
    return Error{Error::Code::kNotFound, program + " is missing; it comes with the client of MariaDB (mariadb-client)"};
  return Error{Error::Code::kInternal, program + " failed: " + text};
}

}  // namespace im::imctl
