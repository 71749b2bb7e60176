#include "logic/webim/pictures.hpp"

#include <gtest/gtest.h>

#include "common/base/base64.hpp"
#include "common/base/blocking_pool.hpp"
#include "logic/webim/upload_form.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/test_store.hpp"

namespace im::logic::webim {
namespace {

/// 2 by 1, one colour.
const std::string kOneGif("GIF89a\x02\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x02\0\x01\0\0\x02\x02\x84\x51\0;", 36);

class PicturesTest : public testing::Test {
 protected:
  Pictures make(std::uint64_t day_bytes = 0, std::chrono::milliseconds keep = std::chrono::hours(1)) {
    return Pictures({folder_.file("webim"), IM_PICTURE, 1000, day_bytes, keep}, *store_.store, readers_);
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
                                 std::string("%PDF-1.4"), kOneGif + std::string(1000, ' ')})
    EXPECT_EQ(pictures.keep(bad, "10.0.0.1").error().code, Error::Code::kInvalid);
  EXPECT_EQ(store_.number("SELECT COUNT(*) FROM webim_pictures"), 0);
  EXPECT_EQ(pictures.stats().refused, 5U);
}

TEST_F(PicturesTest, OneAddressSendsSoMuchADay) {
  Pictures pictures = make(2 * kOneGif.size());
  EXPECT_TRUE(pictures.keep(kOneGif, "10.0.0.1").ok());
  EXPECT_TRUE(pictures.keep(kOneGif, "10.0.0.1").ok());
  EXPECT_EQ(pictures.keep(kOneGif, "10.0.0.1").error().code, Error::Code::kOverloaded);
  EXPECT_TRUE(pictures.keep(kOneGif, "10.0.0.2").ok());
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

TEST(UploadForm, ADataUrlIsRead) {
  const std::string text = base64("a picture?>~");
  EXPECT_EQ(picture_in_form("x=1&img=data:image/png;base64," + text), "a picture?>~") << "a + of base64 as it is";
  EXPECT_EQ(picture_in_form("img=data%3Aimage%2Fpng%3Bbase64%2CYQ%3D%3D"), "a");
  for (const char* bad : {"", "img=", "img=data:image/png;base64,",
                          "img=data:text/html;base64,YQ==", "img=YQ==", "img=data:image/png;base64,Y",
                          "img=data:image/png,a", "other=data:image/png;base64,YQ==", "img=%"})
    EXPECT_FALSE(picture_in_form(bad)) << bad;
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
