#include "logic/calls/call_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "logic/calls/call_book.hpp"
#include "logic/calls/call_commands.hpp"
#include "logic/calls/call_media.hpp"
#include "logic/calls/call_names.hpp"
#include "logic/calls/turn_credentials.hpp"

namespace im::logic {
namespace {

namespace json = boost::json;
namespace pb = im::calls;

pb::Record record() {
  pb::Record call;
  call.set_id(0x1234);
  call.set_kind(2);
  call.set_state(4);
  call.set_caller(11);
  call.set_reason(1);
  call.set_answered_by(2);
  call.set_started_ms(1000);
  call.set_active_ms(2000);
  call.set_ended_ms(5000);
  for (std::uint32_t id : {1U, 2U}) {
    auto& party = *call.add_parties();
    party.set_id(id);
    party.mutable_device()->set_uid(10 + id);
    party.mutable_device()->set_name(id == 1 ? "phone" : "desk");
    party.set_token("secret");
  }
  return call;
}

TEST(TurnCredentials, AreWhatCoturnChecks) {
  const TurnCredential minted = mint_turn("north", 1893456000, Uid(1001));
  EXPECT_EQ(minted.username, "1893456000:1001");
  EXPECT_EQ(minted.credential, "NQa3ySGv73V8ACr1ndSrA6s7Wtk=");
  EXPECT_EQ(turn_credential("north", "1893456000:u1001"), "RD8ZLEJp7yxNODX64qJqR1f4IHg=");
  EXPECT_NE(mint_turn("south", 1893456000, Uid(1001)).credential, minted.credential);
}

TEST(CallNames, IdsAreReadAsTheyAreWritten) {
  for (const std::uint64_t id : {1ULL, 0x1234ULL, 0x7fffffffffffffffULL}) EXPECT_EQ(read_call_id(call_id_text(id)), id);
  EXPECT_EQ(call_id_text(0x1234), "c0000000000001234");
  for (const char* text :
       {"", "c", "c1234", "x0000000000001234", "c000000000000123g", "c8000000000000000", "c-00000000000001"})
    EXPECT_EQ(read_call_id(text), 0U) << text;
  EXPECT_EQ(read_party_id("p12"), 12U);
  for (const char* text : {"", "p", "12", "p-1", "p1x", "p99999999999"}) EXPECT_EQ(read_party_id(text), 0U) << text;
  EXPECT_EQ(read_kind("screen"), 3U);
  EXPECT_EQ(read_kind("hologram"), 0U);
  EXPECT_EQ(reason_text(15), "error");
  EXPECT_EQ(reason_text(99), "");
}

TEST(CallJson, WhatAPartySentGoesAsItIs) {
  pb::Event event;
  event.set_kind(7);
  event.set_to_party(2);
  event.set_eseq(9);
  event.set_party(1);
  event.set_payload(R"("pc":"p2p","description":{"type":"offer","sdp":"v=0\r\n"})");
  const json::object out = json::parse(call_event_json(event, record())).as_object();
  EXPECT_EQ(out.at("cmd"), "call.sdp");
  EXPECT_EQ(out.at("call_id"), "c0000000000001234");
  EXPECT_EQ(out.at("to_party"), "p2");
  EXPECT_EQ(out.at("eseq"), 9);
  EXPECT_EQ(out.at("from_party"), "p1");
  EXPECT_EQ(out.at("description").at("sdp"), "v=0\r\n");
}

TEST(CallJson, MembersShowWhatTheySaidOfTheirMedia) {
  pb::Record call = record();
  call.mutable_parties(0)->set_media(R"("state":{"mic":false})");
  const json::object out = call_json(call, Uid(11));
  EXPECT_EQ(out.at("members").at(0).at("state").at("mic"), false);
  EXPECT_FALSE(out.at("members").at(1).as_object().contains("state"));
}

TEST(CallJson, TheEndHasAReasonAndNobodySeesTokens) {
  pb::Event event;
  event.set_kind(4);
  event.set_uid(12);
  event.set_reason(5);
  const json::object end = json::parse(call_event_json(event, record())).as_object();
  EXPECT_EQ(end.at("reason"), "timeout");
  EXPECT_TRUE(end.at("by").is_null());
  EXPECT_FALSE(end.contains("to_party"));
  const json::object call = call_json(record(), Uid(11));
  EXPECT_EQ(call.at("outcome"), "answered");
  EXPECT_EQ(call.at("talk_ms"), 3000);
  EXPECT_EQ(json::serialize(call).find("secret"), std::string::npos);
}

TEST(CallJson, WhoWasAddedDoesNotLearnTheConversationOfTheTwo) {
  pb::Record call = record();
  call.set_conv(5);
  auto& added = *call.add_callees();
  added.set_uid(13);
  added.set_by(11);
  EXPECT_EQ(call_json(call, Uid(11)).at("conv_id"), 5);
  EXPECT_FALSE(call_json(call, Uid(13)).contains("conv_id"));
}

TEST(CallJson, ACallerHearsWhatIsLeftOfTheRing) {
  pb::Event event;
  event.set_kind(14);
  event.set_to_party(1);
  event.set_ms(7000);
  const json::object out = json::parse(call_event_json(event, record())).as_object();
  EXPECT_EQ(out.at("cmd"), "call.still_ringing");
  EXPECT_EQ(out.at("left_ms"), 7000);
}

TEST(CallJson, ARingSaysWhatWasLeftWhenItWasHandedOut) {
  pb::Record call = record();
  call.set_ring_until(60'000);
  pb::Event event;
  event.set_kind(1);
  event.set_uid(12);
  event.set_ts(1000);
  event.set_ms(7000);
  EXPECT_EQ(json::parse(call_event_json(event, call)).at("left_ms"), 7000) << "told again, long after its ts";
}

TEST(CallJson, TheOutcomeIsTheStoredTruth) {
  pb::Record call = record();
  call.set_active_ms(0);
  EXPECT_EQ(outcome_of(call), "failed");
  call.set_answered_by(0);
  call.set_reason(5);
  EXPECT_EQ(outcome_of(call), "missed");
  call.set_reason(2);
  EXPECT_EQ(outcome_of(call), "cancelled");
  call.set_reason(4);
  EXPECT_EQ(outcome_of(call), "busy");
  call.set_reason(16);
  EXPECT_EQ(outcome_of(call), "failed") << "who answered could not take it";
}

TEST(CallBook, TheMessageNamesEachMemberOnce) {
  pb::Record call = record();
  *call.add_parties() = call.parties(1);
  const json::object body = json::parse(call_log_body(call)).as_object();
  EXPECT_EQ(body.at("members"), (json::array{11, 12}));
  EXPECT_EQ(body.at("answered_device"), "desk");
}

TEST(CallMedia, OnlyKnownMembersAreRelayed) {
  const json::object fields =
      json::parse(
          R"({"cmd":"call.sdp","to_party":"p2","description":{"type":"offer","sdp":"v=0"},"from_party":"p9","eseq":1})")
          .as_object();
  Fields reader(fields);
  pb::ApplyRequest request;
  EXPECT_FALSE(read_description(reader, fields, request));
  EXPECT_FALSE(reader.failure());
  EXPECT_EQ(request.to_party(), 2U);
  EXPECT_EQ(request.payload(), R"("description":{"type":"offer","sdp":"v=0"})");
}

TEST(CallMedia, TheRouterHearsWhichUfragADescriptionHas) {
  const auto ufrag = [](const std::string& sdp) {
    const json::object fields{{"to_party", "p2"}, {"description", {{"type", "offer"}, {"sdp", sdp}}}};
    Fields reader(fields);
    pb::ApplyRequest request;
    EXPECT_FALSE(read_description(reader, fields, request));
    EXPECT_EQ(request.word(), "offer");
    return std::string(request.ufrag());
  };
  EXPECT_EQ(ufrag("v=0\r\nm=audio\r\na=ice-ufrag:4ZcD\r\na=ice-pwd:x\r\nm=video\r\na=ice-ufrag:other\r\n"), "4ZcD");
  EXPECT_EQ(ufrag("v=0\na=ice-ufrag:last"), "last");
  EXPECT_EQ(ufrag("v=0\r\ns=a=ice-ufrag:no\r\n"), "");
  EXPECT_EQ(ufrag("v=0\r\na=ice-ufrag:" + std::string(300, 'u') + "\r\n").size(), 256U);
  EXPECT_EQ(ufrag(""), "");
}

TEST(CallMedia, WhatIsTooLargeOrWrongIsRefused) {
  const auto refusal = [](json::object fields) {
    fields["to_party"] = "p2";
    Fields reader(fields);
    pb::ApplyRequest request;
    auto failed = read_description(reader, fields, request);
    return failed ? failed->code : reader.failure() ? reader.failure()->code : Code{};
  };
  EXPECT_EQ(refusal({{"description", {{"type", "offer"}, {"sdp", std::string(61441, 'x')}}}}), Code::kTooLarge);
  EXPECT_EQ(refusal({{"description", {{"type", "offer"}, {"sdp", std::string(61440, 'x')}}}}), Code{});
  EXPECT_EQ(refusal({{"description", {{"type", "rollback"}}}}), Code{});
  EXPECT_EQ(refusal({{"description", {{"sdp", "v=0"}}}}), Code::kBadValue);
  EXPECT_EQ(refusal({{"description", "v=0"}}), Code::kBadValue);
  EXPECT_EQ(refusal({{"pc", "x"}, {"description", {{"type", "rollback"}}}}), Code::kBadValue);
}

}  // namespace
}  // namespace im::logic
