#include <gtest/gtest.h>

#include "logic/chat/file_name.hpp"
#include "logic/media/content_range.hpp"
#include "logic/media/content_type.hpp"
#include "logic/media/fitting_name.hpp"
#include "logic/media/media_config.hpp"
#include "logic/media/media_token.hpp"

namespace im::logic::media {
namespace {

TEST(ContentRange, ReadsARange) {
  const auto range = read_content_range("bytes 0-99/1000");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 0U);
  EXPECT_EQ(range->count, 100U);
  EXPECT_EQ(range->size, 1000U);
  const auto end = read_content_range("bytes */1000");
  ASSERT_TRUE(end);
  EXPECT_EQ(end->count, 0U);
}

TEST(ContentRange, RefusesEverythingElse) {
  for (const char* wrong : {"",
                            "bytes",
                            "bytes ",
                            "bytes 0-99",
                            "bytes 0-99/",
                            "bytes 0-99/*",
                            "bytes 5-4/10",
                            "bytes 0-10/10",
                            "bytes -5/10",
                            "bytes 0-/10",
                            "bytes 00-9/10",
                            "bytes +0-9/10",
                            "bytes 0 -9/10",
                            "Bytes 0-9/10",
                            "bytes 0-9/10 ",
                            "bytes 0-9/10,",
                            "bytes 0-18446744073709551616/18446744073709551617",
                            "items 0-9/10",
                            "bytes */",
                            "bytes */x",
                            "bytes=0-9/10",
                            "bytes 0-9/-1"})
    EXPECT_FALSE(read_content_range(wrong)) << wrong;
}

TEST(FittingName, EndsAsTheBytesAre) {
  const struct {
    const char *name, *mime, *fits;
  } kCases[] = {
      {"p.png", "image/jpeg", "p.jpg"},
      {"p.PNG", "image/jpeg", "p.jpg"},
      {"p.JPEG", "image/jpeg", "p.JPEG"},
      {"p.jpg", "image/jpeg", "p.jpg"},
      {"p", "image/png", "p.png"},
      {"v1.2", "image/png", "v1.2.png"},
      {"holiday.png.gif", "image/jpeg", "holiday.png.jpg"},
      {"film.m4v", "video/mp4", "film.m4v"},
      {"note.ogg", "audio/webm", "note.webm"},
      {".png", "image/jpeg", ".png.jpg"},
      {"猫.webp", "image/jpeg", "猫.jpg"},
      {"letter.docx", "application/zip", "letter.docx"},
      {"a.png", "application/octet-stream", "a.png"},
      {"notes.txt", "text/plain; charset=utf-8", "notes.txt"},
      {"", "image/jpeg", ""},
  };
  for (const auto& one : kCases) EXPECT_EQ(fitting_name(one.name, one.mime), one.fits) << one.name << ", " << one.mime;
}

TEST(MediaToken, ComesBackAsItWasSigned) {
  const TokenSigner signer("key");
  const std::string id = random_id();
  const auto upload = signer.read_upload(signer.sign(UploadTicket{id, Uid(7), 1234, 99}));
  ASSERT_TRUE(upload);
  EXPECT_EQ(upload->id, id);
  EXPECT_EQ(upload->owner, Uid(7));
  EXPECT_EQ(upload->size, 1234U);
  EXPECT_EQ(upload->until_ms, 99);
  const auto link = signer.read_link(signer.sign(LinkTicket{id, "small", Uid(7), chat::ConvId(3), 4, 99}));
  ASSERT_TRUE(link);
  EXPECT_EQ(link->variant, "small");
  EXPECT_EQ(link->conv, chat::ConvId(3));
  EXPECT_EQ(link->seq, 4);
}

TEST(MediaToken, NobodyElseMakesOne) {
  const TokenSigner signer("key");
  const std::string good = signer.sign(UploadTicket{random_id(), Uid(7), 1234, 99});
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bent = good;
    bent[i] = bent[i] == '1' ? '2' : '1';
    EXPECT_FALSE(signer.read_upload(bent)) << i;
    EXPECT_FALSE(signer.read_upload(std::string_view(good).substr(0, i))) << i;
  }
  EXPECT_FALSE(TokenSigner("other").read_upload(good));
  EXPECT_FALSE(signer.read_link(good)) << "of the other kind";
  EXPECT_FALSE(signer.read_upload(good + "a"));
  EXPECT_FALSE(signer.read_upload(std::string(100'000, '.')));
}

TEST(ContentType, IsWhatTheBytesSay) {
  using namespace std::string_view_literals;
  EXPECT_EQ(content_type_of("\xff\xd8\xff\xe0 JFIF"sv).mime, "image/jpeg");
  EXPECT_EQ(content_type_of("\x89PNG\r\n\x1a\n...."sv).kind, "image");
  EXPECT_EQ(content_type_of("RIFF\x10\0\0\0WEBPVP8 "sv).mime, "image/webp");
  EXPECT_EQ(content_type_of("RIFF\x10\0\0\0WAVEfmt "sv).mime, "audio/wav");
  EXPECT_EQ(content_type_of("OggS\0\2......"sv).kind, "voice");
  EXPECT_EQ(content_type_of("\0\0\0\x20"
                            "ftypisom"sv)
                .mime,
            "video/mp4");
  EXPECT_EQ(content_type_of("<html><script>alert(1)</script>"sv).mime, "text/plain; charset=utf-8");
  EXPECT_EQ(content_type_of("<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"sv).kind, "file");
  EXPECT_EQ(content_type_of("MZ\x90\0\3"sv).mime, "application/octet-stream");
}

TEST(FileName, ThoseOfAttackersAreRefused) {
  for (const char* good : {"a", "photo 1.jpg", "\xe5\x9b\xbe\xe7\x89\x87.png", "...", "%2e%2e"})
    EXPECT_EQ(chat::name_problem(good), "") << good;
  for (const char* wrong : {"", ".", "..", "../x", "a/b", "a\\b", "a\nb", "a\x7f", "\xff",
                            "a\xe2\x80\xae"
                            "gpj.exe",
                            "\xe2\x81\xa6x", "\xc2\x85"})
    EXPECT_NE(chat::name_problem(wrong), "") << wrong;
  EXPECT_NE(chat::name_problem(std::string_view("a\0b", 3)), "");
  EXPECT_NE(chat::name_problem(std::string(10'000, 'a')), "");
}

TEST(MediaFolder, LiesBesideTheSqliteFile) {
  EXPECT_EQ(media_folder({}, "sqlite:/var/lib/im/im.db"), "/var/lib/im/im.db.media");
  EXPECT_EQ(media_folder({}, "mysql://a@b/c"), "");
  MediaConfig config;
  config.dir = "/media";
  EXPECT_EQ(media_folder(config, "mysql://a@b/c"), "/media");
}

}  // namespace
}  // namespace im::logic::media
