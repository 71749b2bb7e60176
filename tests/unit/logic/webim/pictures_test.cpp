#include "logic/webim/pictures.hpp"

#include <atomic>
#include <sstream>
#include <sys/resource.h>
#include <thread>

#include <gtest/gtest.h>

#include "common/base/base64.hpp"
#include "common/base/blocking_pool.hpp"
#include "logic/media/counted_bytes.hpp"
#include "logic/media/folder_store.hpp"
#include "logic/webim/picture_http.hpp"
#include "logic/webim/upload_form.hpp"
#include "logic/webim/upload_seats.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/test_store.hpp"
#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/logic/media/noise_gif.hpp"

namespace im::logic::webim {
namespace {

/// 2 by 1, one colour.
const std::string kOneGif("GIF89a\x02\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x02\0\x01\0\0\x02\x02\x84\x51\0;", 36);

class PicturesTest : public testing::Test {
 protected:
  Pictures make(std::uint64_t day_bytes = 0, std::chrono::milliseconds keep = std::chrono::hours(1)) {
    EXPECT_TRUE(media::make_folder(folder_.file("files")).ok());
    return Pictures({folder_.file("webim"), IM_PICTURE, 10'000, day_bytes, keep}, *store_.store,
                    std::make_unique<media::FolderStore>(folder_.file("files"), readers_));
  }
  test::TempFolder folder_;
  test::TestStore store_;
  BlockingPool readers_{{.threads = 1, .max_waiting = 10}};
};

TEST_F(PicturesTest, APictureIsMadeAnewAndGivenToWhoHasItsName) {
  Pictures pictures = make();
  const auto name = pictures.keep(kOneGif, "10.0.0.1");
  ASSERT_TRUE(name.ok()) << name.error().message;
  EXPECT_TRUE(name.value().ends_with(".jpg")) << name.value();
  EXPECT_EQ(pictures.open(name.value()).value().type, "image/jpeg");
  for (const std::string& bad : {std::string(), std::string(".jpg"), std::string("../../x.jpg"), name.value() + "x",
                                 name.value().substr(0, 32), std::string(32, 'a') + ".jpg"})
    EXPECT_EQ(pictures.open(bad).error().code, Error::Code::kNotFound) << bad;
  EXPECT_TRUE(media::IncomingFolder::make(pictures.spool()).value().names().empty()) << "nothing half done stays";
}

TEST_F(PicturesTest, WhatIsNoPictureIsRefusedAndNotKept) {
  Pictures pictures = make();
  for (const std::string& bad : {std::string(), std::string("<svg onload=alert(1)>"), kOneGif.substr(0, 20),
                                 std::string("%PDF-1.4"), kOneGif + std::string(10'000, ' ')})
    EXPECT_EQ(pictures.keep(bad, "10.0.0.1").error().code, Error::Code::kInvalid);
  EXPECT_EQ(store_.number("SELECT COUNT(*) FROM webim_pictures"), 0);
  EXPECT_EQ(pictures.stats().refusals(), 5U);
  EXPECT_EQ(pictures.stats().refused[static_cast<std::size_t>(PictureRefusal::kTooLarge)], 1U);
}

/// As much as is kept of it, where that is more.
TEST_F(PicturesTest, OneAddressSendsSoMuchADay) {
  const std::string noise = media::test_pictures::noise_gif(60, true);
  ASSERT_TRUE(make().keep(noise, "10.0.0.3").ok());
  const auto kept = static_cast<std::uint64_t>(store_.number("SELECT bytes FROM webim_pictures"));
  ASSERT_GT(kept, noise.size());
  Pictures pictures = make(kept + 2 * noise.size());
  EXPECT_TRUE(pictures.keep(noise, "10.0.0.1").ok());
  EXPECT_TRUE(pictures.keep(noise, "10.0.0.1").ok());
  EXPECT_EQ(pictures.keep(noise, "10.0.0.1").error().code, Error::Code::kOverloaded);
  EXPECT_TRUE(pictures.keep(noise, "10.0.0.2").ok());
}

/// However few its bytes.
TEST_F(PicturesTest, APictureCountsABlockOfTheDisk) {
  Pictures pictures = make(media::kLeastCounted);
  EXPECT_TRUE(pictures.keep(kOneGif, "10.0.0.1").ok());
  EXPECT_EQ(store_.number("SELECT bytes FROM webim_pictures"), media::kLeastCounted);
  EXPECT_EQ(pictures.keep(kOneGif, "10.0.0.1").error().code, Error::Code::kOverloaded);
}

TEST_F(PicturesTest, OldOnesGo) {
  Pictures kept = make();
  const std::string name = kept.keep(kOneGif, "10.0.0.1").value();
  ASSERT_TRUE(kept.sweep().ok());
  EXPECT_TRUE(kept.open(name).ok());
  store_.database.open()->execute("UPDATE webim_pictures SET added_ms = added_ms - 3700000");
  ASSERT_TRUE(kept.sweep().ok());
  EXPECT_FALSE(kept.open(name).ok());
  EXPECT_EQ(store_.number("SELECT COUNT(*) FROM webim_pictures"), 0);
}

std::string head_of_upload(std::size_t bytes) {
  return "POST /upload.php HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n";
}

/// They would hold every seat for as long as they like.
TEST_F(PicturesTest, WhoSendsSlowlyGivesWayToAnotherAddress) {
  Pictures pictures = make();
  media::TurnQueue painters({.threads = 1, .waiting = 10, .share = 10});
  PictureHttp http(pictures, readers_, painters, {.most = 1, .per_address = 1, .beginning = {}}, "");
  HttpServer server(HttpServerConfig{});
  http.add_routes(server);
  server.start();
  const std::string picture = "img=data:image/gif;base64," + base64(kOneGif);
  RawClient slow(server.port());
  slow.send(head_of_upload(1000) + "img=");
  for (int i = 0; i < 1000 && media::IncomingFolder::make(pictures.spool()).value().names().empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));  // the seat is taken
  RawClient again(server.port());
  again.send(head_of_upload(picture.size()) + picture);
  EXPECT_EQ(again.response().status, 429) << "one address takes nothing from itself";
  RawClient other(server.port(), inet_addr("127.0.0.2"));
  other.send(head_of_upload(picture.size()) + picture);
  EXPECT_EQ(other.response().status, 200);
  slow.send("data");
  const RawResponse ended = slow.response();
  EXPECT_EQ(ended.status, 429);
  EXPECT_NE(ended.body.find("slow"), std::string::npos) << ended.body;
  EXPECT_EQ(pictures.stats().refused[static_cast<std::size_t>(PictureRefusal::kCrowded)], 2U);
  EXPECT_EQ(pictures.stats().refusals(), 2U);
  server.stop();
  painters.stop();  // they may be about to let an answer go: the server is there until then
  readers_.stop();
}

/// Anybody may send them.
TEST_F(PicturesTest, TheyLeaveRoomOnTheDisk) {
  std::atomic<std::uint64_t> free{1000 + 50};
  Pictures::Options options{folder_.file("webim"), IM_PICTURE, 1000, 0, std::chrono::hours(1)};
  options.made_bytes = 100'000;
  options.reserve = std::make_shared<media::DiskReserve>(
      1000, [&free] { return media::DiskReserve::Space{.size = 1'000'000, .free = free}; });
  ASSERT_TRUE(media::make_folder(folder_.file("files")).ok());
  Pictures pictures(options, *store_.store, std::make_unique<media::FolderStore>(folder_.file("files"), readers_));
  media::TurnQueue painters({.threads = 1, .waiting = 10, .share = 10});
  PictureHttp http(pictures, readers_, painters, {}, "");
  HttpServer server(HttpServerConfig{});
  http.add_routes(server);
  server.start();
  const auto answer = [&server](const std::string& request) {
    RawClient client(server.port());
    client.send(request);
    return client.response();
  };
  EXPECT_EQ(answer(head_of_upload(51)).status, 503) << "before a byte of it";
  const std::string picture = "img=data:image/gif;base64," + base64(kOneGif);
  const std::string chunked = "POST /upload.php HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
                              (std::ostringstream() << std::hex << picture.size()).str() + "\r\n" + picture +
                              "\r\n0\r\n\r\n";
  const RawResponse full = answer(chunked);
  EXPECT_EQ(full.status, 503);
  EXPECT_NE(full.body.find("nearly full"), std::string::npos) << full.body;
  EXPECT_EQ(pictures.stats().refused[static_cast<std::size_t>(PictureRefusal::kSpool)], 2U);
  free = 1'000'000;
  EXPECT_EQ(answer(chunked).status, 200);
  server.stop();
  painters.stop();
  readers_.stop();
}

TEST(UploadSeats, OneAddressHasSoManyAndAllTogether) {
  const auto at_once = [] { return TimePoint(); };
  UploadSeats seats({.most = 4, .per_address = 2}, at_once);
  auto first = seats.take("10.0.0.1");
  const auto second = seats.take("10.0.0.1");
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(seats.take("10.0.0.1"));
  const auto third = seats.take("2001:db8::1"), fourth = seats.take("2001:db8::2");
  ASSERT_TRUE(third && fourth);
  EXPECT_FALSE(seats.take("2001:db8::3")) << "the same network";
  EXPECT_FALSE(seats.take("10.0.0.2")) << "four are taken";
  first = nullptr;
  EXPECT_TRUE(seats.take("10.0.0.2"));
  UploadSeats open({.most = 3, .per_address = 0}, at_once);
  std::vector<std::shared_ptr<UploadSeat>> held;
  for (int i = 0; i < 3; ++i) held.push_back(open.take("10.0.0.1"));
  EXPECT_TRUE(held.back());
  EXPECT_FALSE(open.take("10.0.0.1"));
}

TEST(UploadSeats, TheSlowestOfTheAddressThatHasTheMostGivesWay) {
  TimePoint now;
  UploadSeats seats({.most = 5, .per_address = 3}, [&now] { return now; });
  std::vector<std::shared_ptr<UploadSeat>> held;
  for (const char* from : {"10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2"})
    held.push_back(seats.take(from));
  now += std::chrono::seconds(10);
  held[0]->came(20U * 1024 * 10);
  held[1]->came(16U * 1024);
  held[2]->came(10U << 20);
  const auto first = seats.take("10.0.0.3");
  ASSERT_TRUE(first);
  EXPECT_TRUE(held[1]->taken_away());
  EXPECT_FALSE(seats.take("10.0.0.1")->taken_away()) << "of those with two, one of its own";
  EXPECT_TRUE(held[0]->taken_away());
  held[0] = held[1] = nullptr;
  EXPECT_TRUE(seats.take("10.0.0.4")) << "the one before has gone";
  for (const std::size_t quick : {3U, 4U}) held[quick]->came(10U << 20);
  const auto last = seats.take("10.0.0.4");
  ASSERT_TRUE(last);
  last->whole();
  first->whole();
  now += std::chrono::seconds(10);
  EXPECT_TRUE(seats.take("10.0.0.5")) << "nobody is slow, and one has two";
  EXPECT_EQ(held[3]->taken_away() + held[4]->taken_away(), 1);
}

/// However quick they are: they are few, and others have none.
TEST(UploadSeats, AddressesThatHaveManyMakeRoomForOthersAtAnyPace) {
  TimePoint now;
  UploadSeats seats({.most = 4, .per_address = 2}, [&now] { return now; });
  std::vector<std::shared_ptr<UploadSeat>> held;
  for (const char* from : {"10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2"}) held.push_back(seats.take(from));
  now += std::chrono::seconds(9);
  for (const auto& seat : held) seat->came(10U << 20);
  EXPECT_FALSE(seats.take("10.0.0.3")) << "all have just begun";
  now += std::chrono::seconds(1);
  const auto first = seats.take("10.0.0.3"), second = seats.take("10.0.0.4");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(held[0]->taken_away() + held[1]->taken_away(), 1) << "each of the two has one left";
  EXPECT_EQ(held[2]->taken_away() + held[3]->taken_away(), 1);
  now += std::chrono::seconds(10);
  for (const auto& seat : held) seat->came(10U << 20);
  for (const auto& seat : {first, second}) seat->came(10U << 20);
  EXPECT_FALSE(seats.take("10.0.0.5")) << "nobody has more than one";
}

TEST(UploadSeats, WhoHasJustBegunIsNotTheSlowest) {
  TimePoint now;
  UploadSeats seats({.most = 2, .per_address = 2}, [&now] { return now; });
  const auto slow = seats.take("10.0.0.1");
  now += std::chrono::seconds(10);
  slow->came(1024);
  const auto begun = seats.take("10.0.0.1");
  now += std::chrono::seconds(1);
  ASSERT_TRUE(seats.take("10.0.0.2"));
  EXPECT_TRUE(slow->taken_away());
  EXPECT_FALSE(begun->taken_away()) << "it has sent nothing yet";
}

TEST(UploadForm, ADataUrlIsRead) {
  const std::string text = base64("a picture?>~");
  EXPECT_EQ(picture_in_form("x=1&img=data:image/png;base64," + text), "a picture?>~") << "a + of base64 as it is";
  EXPECT_EQ(picture_in_form("img=data%3Aimage%2Fpng%3Bbase64%2CYQ%3D%3D"), "a");
  for (const char* bad : {"", "img=", "img=data:image/png;base64,",
                          "img=data:text/html;base64,YQ==", "img=YQ==", "img=data:image/png;base64,Y",
                          "img=data:image/png,a", "other=data:image/png;base64,YQ==", "img=%"})
    EXPECT_FALSE(picture_in_form(bad)) << bad;
}

std::int64_t peak_kib() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss;
}

TEST(UploadForm, OfVeryManyFieldsNothingIsKept) {
  constexpr std::size_t kBytes = 16U << 20;  // what a route takes
  std::string form;
  form.reserve(kBytes + 2);
  while (form.size() < kBytes) form += "&a";
  const std::int64_t before = peak_kib();
  EXPECT_FALSE(picture_in_form(form + "&img=data:image/png;base64,YQ=="));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they keep what is free
  EXPECT_LT(peak_kib() - before, 64 * 1024);
#else
  EXPECT_GE(peak_kib(), before);
#endif
}

TEST(UploadForm, AFieldOfAMultipartBodyIsFound) {
  const std::string type = "multipart/form-data; boundary=\"--b\"";
  const std::string body =
      "----b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n----b\r\n"
      "content-type: image/png\r\ncontent-disposition: form-data; name=\"photo\"; filename=\"x;y.png\"\r\n\r\nb\r\n"
      "ytes\r\n----b--\r\n";
  EXPECT_EQ(multipart_field(body, type, "photo"), "b\r\nytes");
  EXPECT_EQ(multipart_field(body, type, "a"), "one");
  EXPECT_FALSE(multipart_field(body, type, "b"));
  EXPECT_FALSE(multipart_field(body, "multipart/form-data", "photo"));
  EXPECT_FALSE(multipart_field(body, "multipart/form-data; boundary=other", "photo"));
  EXPECT_FALSE(multipart_field("----b\r\n\r\n----b--", type, "photo"));
  for (std::size_t cut = 0; cut < body.size() - 4; ++cut) {
    const auto field = multipart_field(std::string_view(body).substr(0, cut), type, "photo");
    EXPECT_TRUE(!field || *field == "b\r\nytes") << cut;
  }
}

}  // namespace
}  // namespace im::logic::webim
