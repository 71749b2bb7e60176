#include "logic/media/picture_maker.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temp_folder.hpp"

namespace im::logic::media {
namespace {

/// 2 by 1, one colour.
constexpr std::string_view kGif("GIF89a\x02\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x02\0\x01\0\0\x02\x02\x84\x51\0;",
                                36);

class Pictures : public testing::Test {
 protected:
  std::string file(const std::string& bytes) {
    std::ofstream(folder_.file("in"), std::ios::binary) << bytes;
    return folder_.file("in");
  }
  std::string program(const std::string& script) {
    const std::string path = folder_.file("program");
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  Result<MadePicture> make(const std::string& program, const std::string& bytes,
                           std::chrono::milliseconds patience = std::chrono::seconds(60)) {
    return PictureMaker(program, patience).make(file(bytes), folder_.file("out"));
  }

  test::TempFolder folder_;
};

TEST_F(Pictures, ThreeAreMade) {
  const auto made = make(IM_PICTURE, std::string(kGif));
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made.value().mime, "image/jpeg");
  EXPECT_EQ(made.value().file.width, 2);
  EXPECT_EQ(made.value().small.height, 1);
  for (const char* variant : {"file", "small", "large"})
    EXPECT_GT(std::filesystem::file_size(folder_.file(std::string("out.") + variant)), 0U);
}

TEST_F(Pictures, WhatIsNoneIsRefused) {
  for (const auto& bytes : {std::string(), std::string("hello"), std::string(kGif.substr(0, 20))}) {
    const auto made = make(IM_PICTURE, bytes);
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().code, Error::Code::kInvalid) << made.error().message;
  }
  const auto large = make(IM_PICTURE, std::string("GIF89a\xff\xff\xff\xff\x80\0\0", 13));
  EXPECT_EQ(large.error().message, "the picture has too many pixels");
}

TEST_F(Pictures, AProgramThatDoesNotEndIsEnded) {
  const auto made = make(program("exec sleep 600"), "x", std::chrono::milliseconds(50));
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, Error::Code::kInvalid);
}

TEST_F(Pictures, WhatIsWrongWithTheProgramIsNotThePicturesFault) {
  EXPECT_EQ(make("/nowhere/im-picture", "x").error().code, Error::Code::kUnavailable);
  EXPECT_EQ(make(program("exit 1"), "x").error().code, Error::Code::kUnavailable);
  EXPECT_EQ(make(program("echo nonsense"), "x").error().code, Error::Code::kUnavailable);
}

}  // namespace
}  // namespace im::logic::media
