#include <string>
#include <variant>

#include <boost/json/serialize.hpp>

#include "logic/requests/fields.hpp"
#include "logic/requests/request_reader.hpp"
#include "tests/fuzz/check.hpp"

using namespace im::logic;
using im::fuzz::check;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = im::fuzz::text_of(data, size);
  auto read = read_request(input);
  if (const auto* request = std::get_if<Request>(&read)) {
    check(!request->cmd.empty() && request->cmd.size() <= kMaxCommand, "a command has a name");
    check(request->fields.at("cmd") == boost::json::value(request->cmd), "the fields are those of the request");
    auto again = read_request(boost::json::serialize(request->fields));
    check(std::holds_alternative<Request>(again), "what was read can be written and read");
    check(std::holds_alternative<Request>(read_request_of(request->cmd, input)), "HTTP takes the same");
    Fields fields(request->fields);
    check(fields.text_or("t", 8, "").size() <= 8 || fields.failure(), "a text is within its limit");
    const std::int64_t number = fields.number_or("n", -3, 5, 0);
    check(number >= -3 && number <= 5, "a number is within its limits");
    check(fields.texts("l", 4, 4).size() <= 4, "a list is within its limit");
  } else {
    const Failure& failure = std::get<Failure>(read);
    check(failure.code == Code::kMalformed || failure.code == Code::kTooLarge, "reading fails in two ways");
    check(!failure.error.empty(), "and says why");
  }
  return 0;
}
