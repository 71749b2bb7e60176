#include "logic/media/duration.hpp"

#include <bit>

#include <gtest/gtest.h>

namespace im::logic::media {
namespace {

using namespace std::string_view_literals;

std::string number(std::uint64_t value, std::size_t count, bool low_first) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i)
    bytes += static_cast<char>(value >> 8 * (low_first ? i : count - 1 - i) & 0xff);
  return bytes;
}
std::string low(std::uint64_t value, std::size_t count) { return number(value, count, true); }
std::string high(std::uint64_t value, std::size_t count) { return number(value, count, false); }

FileBytes bytes_of(const std::string& bytes) {
  return {bytes.size(), [&bytes](std::uint64_t at, std::size_t count) {
            return at > bytes.size() ? std::string() : bytes.substr(static_cast<std::size_t>(at), count);
          }};
}
/// In ms; -1: the container does not say; -2: it is none.
std::int64_t length(const std::string& mime, const std::string& bytes) {
  const auto facts = container_facts(mime, bytes_of(bytes));
  return facts ? facts->duration_ms.value_or(-1) : -2;
}

std::string ogg_page(std::uint64_t granule, std::uint32_t serial, const std::string& packet) {
  return "OggS" + std::string(2, '\0') + low(granule, 8) + low(serial, 4) + std::string(8, '\0') + "\1" +
         static_cast<char>(packet.size()) + packet;
}
std::string opus(std::uint64_t skip) { return "OpusHead\1\2" + low(skip, 2) + low(48000, 4) + "\0\0\0"; }

std::string box(const std::string& name, const std::string& content) {
  return high(content.size() + 8, 4) + name + content;
}
std::string mvhd(std::uint64_t rate, std::uint64_t units) {
  return box("mvhd", std::string(12, '\0') + high(rate, 4) + high(units, 4) + std::string(20, '\0'));
}

/// Sizes of four bytes.
std::string ebml(std::string_view id, const std::string& content) {
  return std::string(id) + high(content.size() | 0x10000000U, 4) + content;
}
std::string webm(const std::string& info, const std::string& rest) {
  return ebml("\x1a\x45\xdf\xa3", "") + ebml("\x18\x53\x80\x67", ebml("\x15\x49\xa9\x66", info) + rest);
}
std::string cluster(std::uint64_t begin, std::uint64_t block) {
  return ebml("\x1f\x43\xb6\x75", ebml("\xe7", high(begin, 4)) + ebml("\xa3", "\x81" + high(block, 2) + "\0data"));
}

TEST(Duration, Ogg) {
  const std::string first = ogg_page(0, 7, opus(312));
  EXPECT_EQ(length("audio/ogg", first + ogg_page(48000 * 2 + 312, 7, "x")), 2000);
  EXPECT_EQ(length("audio/ogg", first + ogg_page(48312, 7, "x") + ogg_page(9'000'000, 8, "another stream")), 1000);
  EXPECT_EQ(length("audio/ogg", first + ogg_page(48312, 7, "x") + ogg_page(~0ULL, 7, "not the end of a packet")), 1000);
  EXPECT_EQ(
      length("audio/ogg", ogg_page(0, 7, "\x01vorbis" + low(0, 4) + "\2" + low(44100, 4)) + ogg_page(44100, 7, "x")),
      1000);
  EXPECT_EQ(length("audio/ogg", ogg_page(0, 7, "hello")), -2);
  EXPECT_EQ(length("audio/ogg", "OggS"), -2);
  EXPECT_EQ(length("audio/ogg", first + ogg_page(~0ULL - 5, 7, "x")), -1) << "no recording is that long";
}

TEST(Duration, Mp4) {
  const std::string ftyp = box("ftyp", "isom"), data = box("mdat", std::string(1000, 'x'));
  EXPECT_EQ(length("video/mp4", ftyp + data + box("moov", mvhd(600, 900))), 1500);
  EXPECT_EQ(length("video/mp4", ftyp + box("moov", box("free", "") + mvhd(1000, 0)) + data), -1) << "in fragments";
  const std::string longer = box("mvhd", "\1" + std::string(19, '\0') + high(90'000, 4) + high(180'000, 8));
  EXPECT_EQ(length("video/mp4", ftyp + box("moov", longer)), 2000);
  EXPECT_EQ(length("video/mp4", ftyp + data), -2);
  EXPECT_EQ(length("video/mp4", ftyp + box("moov", mvhd(0, 5))), -2);
  EXPECT_EQ(length("video/mp4", ftyp + high(0xffffffff, 4) + "moov"), -2) << "longer than the file";
  EXPECT_EQ(length("video/mp4", ftyp + high(1, 4) + "moov" + high(~0ULL, 8)), -2);
}

TEST(Duration, Webm) {
  const std::string scale = ebml("\x2a\xd7\xb1", high(1'000'000, 3));
  const std::string said = ebml("\x44\x89", high(std::bit_cast<std::uint64_t>(2500.0), 8));
  EXPECT_EQ(length("video/webm", webm(scale + said, "")), 2500);
  EXPECT_EQ(length("audio/webm", webm(scale, cluster(0, 20) + cluster(3000, 40))), 3040) << "as browsers record";
  EXPECT_EQ(length("video/webm", webm(scale, "")), -1);
  const std::string nan = ebml("\x44\x89", high(0x7fc00000, 4));
  EXPECT_EQ(length("video/webm", webm(scale + nan, "")), -1);
  EXPECT_EQ(length("video/webm", "\x1a\x45\xdf\xa3"), -2);
  EXPECT_EQ(length("video/webm", std::string("\x1a\x45\xdf\xa3\xff\xff\xff\xff\0\0\0\0"sv)), -2);
}

TEST(Duration, Wav) {
  const std::string head = "RIFF" + low(36, 4) + "WAVEfmt " + low(16, 4) + low(1, 2) + low(1, 2) + low(8000, 4) +
                           low(16000, 4) + low(2, 2) + low(16, 2) + "data";
  EXPECT_EQ(length("audio/wav", head + low(32000, 4) + std::string(32000, '\0')), 2000);
  EXPECT_EQ(length("audio/wav", head + low(0xffffffff, 4) + std::string(16000, '\0')), 1000) << "what is there";
  EXPECT_EQ(length("audio/wav", "RIFF"), -2);
}

TEST(Duration, OthersAreNotRead) {
  const auto facts = container_facts("audio/mpeg", {10, [](auto, auto) -> std::string {
                                                      ADD_FAILURE() << "read";
                                                      return "";
                                                    }});
  ASSERT_TRUE(facts);
  EXPECT_FALSE(facts->duration_ms);
}

// Whatever stands there: it ends, and soon.
TEST(Duration, ReadsAreBounded) {
  std::string boxes = box("ftyp", "isom");
  for (int i = 0; i < 5000; ++i) boxes += box("free", "");
  std::size_t reads = 0, count = 0;
  const FileBytes file{boxes.size(), [&](std::uint64_t at, std::size_t most) {
                         ++reads;
                         const auto piece = boxes.substr(static_cast<std::size_t>(at), most);
                         count += piece.size();
                         return piece;
                       }};
  EXPECT_FALSE(container_facts("video/mp4", file));
  EXPECT_LT(reads, 200U);
  EXPECT_LT(count, 2U << 20);
}

}  // namespace
}  // namespace im::logic::media
