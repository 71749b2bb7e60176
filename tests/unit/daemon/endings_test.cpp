#include "common/daemon/endings.hpp"

#include <csignal>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "common/base/log.hpp"

namespace im {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kOwnHeap = false;  // theirs ends the process in its own way
#else
constexpr bool kOwnHeap = true;
#endif

class EndingsTest : public testing::Test {
 protected:
  EndingsTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  static void begin(log::Format format) {
    log::init({"svc", "svc-1", log::Level::kInfo, format});
    tell_of_endings();
  }
};

/// More than any address space: what every limit does, without a limit.
void take_too_much() {
  volatile std::size_t size = std::size_t{1} << 62;
  ::operator delete(::operator new(size));
}

TEST_F(EndingsTest, RefusedMemoryEndsWithALine) {
  if (!kOwnHeap) GTEST_SKIP();
  EXPECT_EXIT(
      (begin(log::Format::kJson), take_too_much()), testing::ExitedWithCode(1),
      R"re(^\{"ts":"[-0-9T:.]+Z","level":"error","svc":"svc","node":"svc-1","msg":"out of memory.*","why":".*"\})re");
}

TEST_F(EndingsTest, NobodyCatchesWhatCannotBeRepaired) {
  if (!kOwnHeap) GTEST_SKIP();
  const auto refused_in_a_handler = [] {
    begin(log::Format::kText);
    try {
      take_too_much();
    } catch (const std::exception&) {  // as the boundary of a request does
      std::_Exit(0);
    }
  };
  EXPECT_EXIT(refused_in_a_handler(), testing::ExitedWithCode(1), "Z ERROR svc-1 out of memory");
}

TEST_F(EndingsTest, AnExceptionOfAThreadIsNamed) {
  const auto thrown = [] {
    begin(log::Format::kJson);
    std::thread([] { throw std::runtime_error("the \"end\"\n"); }).join();
  };
  EXPECT_EXIT(thrown(), testing::KilledBySignal(SIGABRT),
              R"("msg":"an exception that nobody.*","why":"the \?end\?\?"\})");
}

TEST_F(EndingsTest, AnAbortOfALibraryIsNamed) {
  EXPECT_EXIT((begin(log::Format::kJson), std::abort()), testing::KilledBySignal(SIGABRT), "a library aborts");
}

TEST_F(EndingsTest, ABadAddressIsNamed) {
  if (!kOwnHeap) GTEST_SKIP();
  EXPECT_EXIT((begin(log::Format::kJson), std::raise(SIGSEGV), std::raise(SIGSEGV)), testing::KilledBySignal(SIGSEGV),
              "a bad address ends");
}

}  // namespace
}  // namespace im
