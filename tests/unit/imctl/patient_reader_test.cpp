#include "tools/imctl/bench/patient_reader.hpp"

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr TimePoint kFirst{std::chrono::hours(1)};
TimePoint second_of(int number) { return kFirst + seconds(number); }

const json::object kGood{{"ok", true}};
const json::object kBroken{{"ok", false}, {"code", 4500}};

/// Two devices; what they ask stays open until a test answers it.
struct Reads {
  void add(const std::string& what) {
    reader.add({what, {0, 1}, {{"cmd", what}}, [this, what](const json::object& answer) {
                  if (answer != kGood) return false;
                  read.push_back(what);
                  return true;
                }});
  }
  void answer(const json::object& object) {
    const auto done = std::exchange(open, nullptr);
    ASSERT_TRUE(done);
    done(object);
  }

  std::vector<std::size_t> asked;
  std::vector<std::string> read;
  chat_client::Answered open;
  PatientReader reader{[this](std::size_t device, chat_client::Request request) {
                         asked.push_back(device);
                         open = std::move(request.done);
                       },
                       {}};
};

TEST(PatientReader, OneAfterTheOther) {
  Reads reads;
  reads.add("a"), reads.add("b");
  reads.reader.tick(second_of(0));
  EXPECT_EQ(reads.asked.size(), 1U);
  reads.answer(kGood);
  EXPECT_FALSE(reads.reader.done());
  reads.answer(kGood);
  EXPECT_TRUE(reads.reader.done());
  EXPECT_EQ(reads.read, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(reads.reader.problem(), "");
}

TEST(PatientReader, WhatIsRefusedIsAskedAgainOfAnother) {
  Reads reads;
  reads.add("a");
  reads.reader.tick(second_of(0));
  reads.answer(kBroken);
  EXPECT_FALSE(reads.reader.given_up());
  reads.reader.tick(second_of(1));
  reads.answer(kGood);
  EXPECT_EQ(reads.asked, (std::vector<std::size_t>{0, 1}));
  EXPECT_TRUE(reads.reader.done());
}

TEST(PatientReader, ADeviceWithoutAnAnswerKeepsNobodyWaiting) {
  Reads reads;
  reads.add("a");
  reads.reader.tick(second_of(0));
  const auto late = reads.open;
  for (const int second : {5, 14, 15, 16}) reads.reader.tick(second_of(second));
  EXPECT_EQ(reads.asked, (std::vector<std::size_t>{0, 1}));
  reads.answer(kGood);
  late(kBroken);
  EXPECT_TRUE(reads.reader.done());
  EXPECT_EQ(reads.read.size(), 1U);
}

TEST(PatientReader, SlowIsNotBroken) {
  Reads reads;
  for (int i = 0; i < 30; ++i) reads.add("page");
  for (int i = 0; i < 30; ++i) {
    reads.reader.tick(second_of(10 * i));
    reads.answer(kGood);
  }
  EXPECT_TRUE(reads.reader.done()) << "five minutes in all, something every ten seconds";
}

TEST(PatientReader, GivenUpWhenNothingIsReadAndSaysWhy) {
  Reads reads;
  reads.add("conversation 7");
  reads.reader.tick(second_of(0));
  reads.answer(kBroken);
  for (int second = 1; second < 60; second += 20) reads.reader.tick(second_of(second));
  EXPECT_FALSE(reads.reader.given_up());
  reads.reader.tick(second_of(60));
  EXPECT_TRUE(reads.reader.given_up());
  EXPECT_EQ(reads.reader.problem(), R"(conversation 7: {"ok":false,"code":4500})");
}

}  // namespace
}  // namespace im::imctl
