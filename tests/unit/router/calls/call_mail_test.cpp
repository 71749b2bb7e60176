#include "router/calls/call_mail.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "router/calls/call_convert.hpp"
#include "tests/unit/router/calls/call_fixture.hpp"

namespace im::router {
namespace {

/// Ann and Bob talk; Ann comes back to what she has missed.
class CallMail : public ::testing::Test, public CallFixture {
 protected:
  void SetUp() override {
    talk();
    call.record.id = CallId(1025);
  }
  void bob_says(const std::string& media) {
    CallCommand say = command(CallOp::kMedia, kBob, "bob", 2);
    say.payload = media;
    run(say);
  }
  CallAnswer ann_resumes(std::uint64_t last_eseq) {
    CallCommand resume = command(CallOp::kResume, kAnn, "ann", 1);
    resume.last_eseq = last_eseq;
    resume.token = call.record.parties[0].token;
    return run(resume);
  }
  /// Numbers begin higher, as in CallRegistry.
  void another_router_takes_it() {
    call = *decode_call(encode(call));
    for (Party& party : call.record.parties) party.eseq += 1000;
  }
  static std::vector<CallEventKind> kinds(const CallAnswer& answer) {
    std::vector<CallEventKind> all;
    for (const auto& event : answer.replay) all.push_back(event->kind);
    return all;
  }
};

TEST_F(CallMail, WhatThisRouterSaidIsToldAgainWithoutAGap) {
  const std::uint64_t had = call.record.parties[0].eseq;
  bob_says(R"("state":{"hold":true})");
  bob_says(R"("state":{"hold":false})");
  const CallAnswer answer = ann_resumes(had);
  EXPECT_FALSE(answer.gap);
  EXPECT_EQ(kinds(answer), (std::vector{CallEventKind::kPeerMedia, CallEventKind::kPeerMedia}));
  EXPECT_FALSE(ann_resumes(had + 2).gap) << "had all";
}

/// What nobody had delivered is kept and told; what the router before this one relayed is not, and that is a gap.
TEST_F(CallMail, ARouterThatTakesACallOverTellsWhatIsKeptAndThatThereIsAGap) {
  const std::uint64_t had = call.record.parties[0].eseq;
  CallCommand report = command(CallOp::kReport, kBob, "bob", 2);
  report.pc_state = "disconnected";
  run(report);
  bob_says(R"("state":{"hold":false})");
  another_router_takes_it();
  EXPECT_EQ(kinds(ann_resumes(had)), std::vector{CallEventKind::kPeerState});
  EXPECT_TRUE(ann_resumes(had).gap);
  bob_says(R"("state":{"hold":true})");
  EXPECT_EQ(kinds(ann_resumes(had)), (std::vector{CallEventKind::kPeerState, CallEventKind::kPeerMedia}));
  EXPECT_TRUE(ann_resumes(had).gap) << "between the two";
  EXPECT_FALSE(ann_resumes(call.record.parties[0].eseq - 1).gap);
}

}  // namespace
}  // namespace im::router
