#include "common/client/http_client.hpp"

#include <cstdlib>
#include <future>

#include <gtest/gtest.h>

#include "tests/unit/client/scripted_server.hpp"

namespace im::client {
namespace {

Result<HttpAnswer> get(const Url& url, HttpClientConfig config = {}, HttpCall call = {}) {
  HttpClient client(std::move(config));
  call.url = url;
  call.body = "{}";  // what the scripted server waits for
  std::promise<Result<HttpAnswer>> promise;
  client.send(std::move(call), [&promise](Result<HttpAnswer> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

TEST(HttpClient, AnswersThatAreNoneYetArePassedOver) {
  const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";
  const std::string more = "HTTP/1.1 100 Continue\r\n\r\n";
  ScriptedServer server({{more + hints + answer("the answer")}});
  const auto result = get(server.url());
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result.value().status, 200);
  EXPECT_EQ(result.value().body, "the answer");
}

TEST(HttpClient, ManyHeadsBeforeTheAnswerAreCountedOneByOne) {
  std::string heads;
  for (int i = 0; i < 4; ++i) heads += "HTTP/1.1 103 Early Hints\r\nLink: " + std::string(4000, 'x') + "\r\n\r\n";
  ScriptedServer server({{heads + answer("the answer")}});
  EXPECT_TRUE(get(server.url()).ok());
}

TEST(HttpClient, TheProxyOfTheEnvironmentIsNotTaken) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  ScriptedServer server({{answer("direct")}});
  const auto result = get(server.url());
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result.value().body, "direct");
}

TEST(HttpClient, AProxyThatIsNamedIsTaken) {
  ScriptedServer proxy({{answer("by the proxy")}});
  HttpClientConfig config;
  config.proxy = "http://" + proxy.url().address.text();
  const auto result = get({{"hook.invalid", 80}, "/who"}, config);
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result.value().body, "by the proxy");
}

TEST(HttpClient, TheRequestSaysWhatItsCallerSays) {
  ScriptedServer server({{answer("a")}, {answer("b")}});
  HttpCall call;
  call.method = "DELETE";
  ASSERT_TRUE(get(server.url(), {}, call).ok());
  EXPECT_TRUE(server.request().starts_with("DELETE /who HTTP/1.1\r\nHost: 127.0.0.1:")) << server.request();
  EXPECT_EQ(server.request().find("Content-Type"), std::string::npos) << "a body is no form unless it is called one";
  EXPECT_EQ(server.request().find("Expect"), std::string::npos);
  call.headers.emplace_back("Content-Type", "application/json");
  ASSERT_TRUE(get(server.url(), {}, call).ok());
  EXPECT_NE(server.request().find("Content-Type: application/json\r\n"), std::string::npos);
}

/// It tells nothing of the other side.
TEST(HttpClient, ACallThatWasNeverSentHasNoTimeout) {
  ScriptedServer server(std::vector<std::vector<std::string>>(1));  // never an answer
  std::promise<Error::Code> waited;
  HttpClientConfig config;
  config.connections = 1;
  HttpClient client(config);
  HttpCall call;
  call.url = server.url();
  call.deadline = std::chrono::hours(1);
  client.send(call, [](const Result<HttpAnswer>&) {});
  call.deadline = std::chrono::milliseconds(20);
  client.send(call, [&](const Result<HttpAnswer>& result) { waited.set_value(result.error().code); });
  EXPECT_EQ(waited.get_future().get(), Error::Code::kOverloaded);
}

TEST(HttpClient, ARequestHasNoLineThatItsCallerDidNotMean) {
  for (const auto& [name, value] : {std::pair<std::string, std::string>{"X", "a\r\nHost: b"}, {"X\nY", "a"}}) {
    HttpCall call;
    call.headers.emplace_back(name, value);
    const auto result = get({{"127.0.0.1", 1}, "/"}, {}, std::move(call));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, Error::Code::kInvalid);
  }
}

}  // namespace
}  // namespace im::client
