#include "common/http/request_guard.hpp"

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace im::http {

void PrintTo(HeadFault fault, std::ostream* out) { *out << to_string(fault); }

namespace {

using namespace std::string_literals;

struct Case {
  const char* name;
  std::string head;
  HeadFault fault;
};

void PrintTo(const Case& value, std::ostream* out) { *out << value.name; }

constexpr auto kNone = HeadFault::kNone;

std::string get(const std::string& headers) { return "GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n"; }
std::string post(const std::string& headers) { return "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n"; }
std::string many(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "X-" + std::to_string(i) + ": 1\r\n";
  return text;
}

class RequestGuardTest : public testing::TestWithParam<Case> {};

TEST_P(RequestGuardTest, SaysWhatIsWrong) {
  EXPECT_EQ(check_head(GetParam().head), GetParam().fault) << GetParam().head;
}

std::string name_of(const testing::TestParamInfo<Case>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(
    Allowed, RequestGuardTest,
    testing::Values(Case{"Plain", get(""), kNone}, Case{"Asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", kNone},
                    Case{"Http10WithoutHost", "GET / HTTP/1.0\r\n\r\n", kNone},
                    Case{"Length", post("Content-Length: 5\r\n"), kNone},
                    Case{"LengthWithBlanks", post("Content-Length: \t 5 \r\n"), kNone},
                    Case{"Chunked", post("Transfer-Encoding: CHUNKED\r\n"), kNone},
                    Case{"EmptyValue", get("X:\r\n"), kNone}, Case{"TabInValue", get("X: a\tb\r\n"), kNone},
                    Case{"Utf8Value", get("X: \xc3\xbc\r\n"), kNone}, Case{"ManyHeaders", get(many(63)), kNone},
                    Case{"Upgrade", get("Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"), kNone},
                    Case{"UpgradeWithEmptyBody", get("Connection: upgrade\r\nContent-Length: 0\r\n"), kNone},
                    Case{"OfferedUpgradeWithLength",
                         post("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 5\r\n"), kNone},
                    Case{"OfferedUpgradeWithChunks", post("Connection: upgrade\r\nTransfer-Encoding: chunked\r\n"),
                         kNone},
                    Case{"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", kNone},
                    Case{"AbsoluteTarget", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", kNone},
                    Case{"AbsoluteTargetAnyCase", "GET HTTPS://b:1?x HTTP/1.1\r\nHost: a\r\n\r\n", kNone},
                    Case{"Utf8InTarget", "GET /?room=\xe8\x81\x8a HTTP/1.1\r\nHost: a\r\n\r\n", kNone}),
    name_of);

// A front end that ends lines at a bare LF sees another request than one that does not.
INSTANTIATE_TEST_SUITE_P(
    Bytes, RequestGuardTest,
    testing::Values(Case{"BareLineFeed", "GET / HTTP/1.1\nHost: a\r\n\r\n", HeadFault::kBareLineFeed},
                    Case{"BareLineFeedHidesALength", post("X: a\nContent-Length: 44\r\n"), HeadFault::kBareLineFeed},
                    Case{"BareCarriageReturn", get("X: a\rTransfer-Encoding: chunked\r\n"), HeadFault::kBareLineFeed},
                    Case{"TwoCarriageReturns", get("X: a\r\r\n"), HeadFault::kBareLineFeed},
                    Case{"Nul", get("X: a\0b\r\n"s), HeadFault::kControlCharacter},
                    Case{"NulInAName", get("Content-Length\0: 5\r\n"s), HeadFault::kControlCharacter},
                    Case{"VerticalTab",
                         get("Transfer-Encoding:\x0b"
                             "chunked\r\n"),
                         HeadFault::kControlCharacter},
                    Case{"Delete", get("X: \x7f\r\n"), HeadFault::kControlCharacter},
                    Case{"FoldedValue", post("Transfer-Encoding: chunked\r\n , identity\r\n"),
                         HeadFault::kFoldedHeader},
                    Case{"FoldedWithTab", get("X: a\r\n\tb\r\n"), HeadFault::kFoldedHeader},
                    Case{"FoldedFirstHeader", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", HeadFault::kFoldedHeader}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Names, RequestGuardTest,
    testing::Values(Case{"SpaceBeforeColon", post("Content-Length : 5\r\n"), HeadFault::kSpaceBeforeColon},
                    Case{"TabBeforeColon", post("Transfer-Encoding\t: chunked\r\n"), HeadFault::kSpaceBeforeColon},
                    Case{"NoColon", get("Content-Length 5\r\n"), HeadFault::kSpaceBeforeColon},
                    Case{"NoName", get(": 5\r\n"), HeadFault::kSpaceBeforeColon},
                    Case{"NameWithBraces", get("X(): 5\r\n"), HeadFault::kSpaceBeforeColon},
                    Case{"NameBeyondAscii", get("X\xc3\xbc: 5\r\n"), HeadFault::kSpaceBeforeColon}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    RequestLine, RequestGuardTest,
    testing::Values(
        Case{"Empty", "\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"NoEnd", "GET / HTTP/1.1\r\n", HeadFault::kBadRequestLine},
        Case{"NoVersion", "GET /\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"NoTarget", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"TwoSpaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"TabInTarget", "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"AbsoluteTargetWithoutHost", "GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"AbsoluteTargetWithUser", "GET http://a@b/ HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"OtherScheme", "GET ftp://b/ HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"Authority", "CONNECT b:80 HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"BytesInTarget", "GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"BadMethod", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"LeadingSpace", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault::kBadRequestLine},
        Case{"TwoHeads", get("") + get(""), HeadFault::kBadRequestLine},
        Case{"Http2", "PRI * HTTP/2.0\r\n\r\n", HeadFault::kVersion},
        Case{"LowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n", HeadFault::kVersion},
        Case{"VersionWithZero", "GET / HTTP/1.01\r\nHost: a\r\n\r\n", HeadFault::kVersion},
        Case{"UpgradeOverHttp10", "GET / HTTP/1.0\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", HeadFault::kVersion},
        Case{"ConnectionUpgradeOverHttp10", "GET / HTTP/1.0\r\nConnection: Upgrade\r\n\r\n", HeadFault::kVersion}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Framing, RequestGuardTest,
    testing::Values(
        Case{"NoHost", "GET / HTTP/1.1\r\n\r\n", HeadFault::kHost},
        Case{"TwoHosts", get("Host: b\r\n"), HeadFault::kHost},
        Case{"TwoEqualHosts", get("host: a\r\n"), HeadFault::kHost},
        Case{"TwoLengths", post("Content-Length: 5\r\nContent-Length: 6\r\n"), HeadFault::kContentLength},
        Case{"TwoEqualLengths", post("Content-Length: 5\r\ncontent-length: 5\r\n"), HeadFault::kContentLength},
        Case{"LengthList", post("Content-Length: 5, 5\r\n"), HeadFault::kContentLength},
        Case{"LengthWithPlus", post("Content-Length: +5\r\n"), HeadFault::kContentLength},
        Case{"NegativeLength", post("Content-Length: -1\r\n"), HeadFault::kContentLength},
        Case{"HexLength", post("Content-Length: 0x5\r\n"), HeadFault::kContentLength},
        Case{"EmptyLength", post("Content-Length:\r\n"), HeadFault::kContentLength},
        Case{"LengthThatOverflows", post("Content-Length: 18446744073709551621\r\n"), HeadFault::kContentLength},
        Case{"EncodingAndLength", post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n"),
             HeadFault::kTransferEncoding},
        Case{"LengthAndEncoding", post("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n"),
             HeadFault::kTransferEncoding},
        Case{"TwoEncodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
             HeadFault::kTransferEncoding},
        Case{"EncodingList", post("Transfer-Encoding: gzip, chunked\r\n"), HeadFault::kTransferEncoding},
        Case{"MisspeltEncoding", post("Transfer-Encoding: xchunked\r\n"), HeadFault::kTransferEncoding},
        Case{"QuotedEncoding", post("Transfer-Encoding: \"chunked\"\r\n"), HeadFault::kTransferEncoding},
        Case{"EncodingOverHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
             HeadFault::kTransferEncoding},
        Case{"TwoAuthorizations", post("Authorization: Bearer a\r\nauthorization: Bearer b\r\n"), HeadFault::kRepeated},
        Case{"TwoIdempotencyKeys", post("Idempotency-Key: a\r\nIdempotency-Key: a\r\n"), HeadFault::kRepeated},
        Case{"TwoContentTypes", post("Content-Type: a/b\r\nContent-Type: c/d\r\n"), HeadFault::kRepeated},
        Case{"TooManyHeaders", get(many(64)), HeadFault::kTooManyHeaders}),
    name_of);

TEST(HeadFaultTest, EveryFaultHasAName) {
  for (int fault = 0; fault <= static_cast<int>(HeadFault::kRepeated); ++fault) {
    EXPECT_STRNE(to_string(static_cast<HeadFault>(fault)), "unknown") << fault;
  }
}

}  // namespace
}  // namespace im::http
