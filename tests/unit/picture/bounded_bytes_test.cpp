// What an encoder of libgd wrote is a file only where it came to its end.

#include "tools/picture/bounded_bytes.hpp"

#include <gtest/gtest.h>

#include "tools/picture/picture.hpp"

namespace im::picture {
namespace {

constexpr std::size_t kMost = 100'000;

std::optional<std::string> taken(Coding::Format format, const std::string& bytes, std::size_t most = kMost) {
  BoundedBytes to(most);
  if (!bytes.empty()) to.door()->putBuf(to.door(), bytes.data(), static_cast<int>(bytes.size()));
  return to.take(format);
}

/// Some pixels, 9 by 7.
Picture pixels() {
  gdImagePtr image = gdImageCreateTrueColor(9, 7);
  for (int x = 0; x < 9; ++x) gdImageSetPixel(image, x, x % 7, 0x20406080 + x);
  int size = 0;
  void* png = gdImagePngPtr(image, &size);
  auto picture = Picture::decode({static_cast<const char*>(png), static_cast<std::size_t>(size)});
  gdFree(png);
  gdImageDestroy(image);
  return std::move(*picture);
}

class EachFormat : public testing::TestWithParam<Coding> {};

TEST_P(EachFormat, WhatIsCutShortIsNoFile) {
  const auto whole = pixels().encode(GetParam(), kMost);
  ASSERT_TRUE(whole);
  EXPECT_EQ(taken(GetParam().format, *whole), whole);
  for (std::size_t bytes = 0; bytes < whole->size(); ++bytes)
    EXPECT_FALSE(taken(GetParam().format, whole->substr(0, bytes))) << bytes;
}

TEST_P(EachFormat, NeitherIsWhatHasMoreThanItMay) {
  const auto whole = pixels().encode(GetParam(), kMost);
  ASSERT_TRUE(whole);
  EXPECT_TRUE(pixels().encode(GetParam(), whole->size()));
  EXPECT_FALSE(pixels().encode(GetParam(), whole->size() - 1));
  EXPECT_FALSE(taken(GetParam().format, *whole, whole->size() - 1));
}

INSTANTIATE_TEST_SUITE_P(Codings, EachFormat,
                         testing::Values(Coding{Coding::Format::kJpeg, 85}, Coding{Coding::Format::kPng, 6},
                                         Coding{Coding::Format::kWebp, 80}));

}  // namespace
}  // namespace im::picture
