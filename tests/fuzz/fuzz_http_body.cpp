// Chunks: however the bytes come in pieces, the body is the same; and what is taken means the same to Beast.
#include <optional>
#include <string>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "common/http/body_decoder.hpp"
#include "tests/fuzz/check.hpp"

namespace {

namespace http = boost::beast::http;
using im::fuzz::check;
using im::http::BodyDecoder;
constexpr std::uint64_t kLimit = 1000;

struct Outcome {
  std::string body;
  std::size_t used = 0;
  bool done = false;
  BodyDecoder::Fault fault = BodyDecoder::Fault::kNone;
  bool operator==(const Outcome&) const = default;
};

Outcome decode(std::string_view input, std::size_t step) {
  BodyDecoder decoder(std::nullopt, kLimit);
  Outcome out;
  while (out.used < input.size() && !decoder.done() && decoder.fault() == BodyDecoder::Fault::kNone) {
    out.used += decoder.take(input.substr(out.used, step), out.body);
  }
  out.done = decoder.done();
  out.fault = decoder.fault();
  check(out.body.size() <= kLimit, "never above the limit");
  return out;
}

void check_as_beast(std::string_view input, const Outcome& out) {
  http::request_parser<http::string_body> parser;
  parser.body_limit(kLimit);
  parser.eager(true);
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  boost::system::error_code error;
  parser.put(boost::asio::buffer(head), error);
  std::string left(input.substr(0, out.used));
  while (!error && !parser.is_done() && !left.empty()) {
    const std::size_t used = parser.put(boost::asio::buffer(left), error);
    if (used == 0) break;
    left.erase(0, used);
  }
  if (error || !parser.is_done()) return;  // stricter than we are, about lines that nobody reads
  check(left.empty() && parser.get().body() == out.body, "Beast sees the same body");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = im::fuzz::text_of(data, size);
  const Outcome whole = decode(input, input.size() + 1);
  check(decode(input, 1) == whole, "pieces do not matter");
  check(decode(input, 7) == whole, "pieces do not matter");
  if (whole.done) check_as_beast(input, whole);
  return 0;
}
