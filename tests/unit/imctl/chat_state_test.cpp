#include "tools/imctl/chat/chat_state.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

struct Folder {
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("im-chat-state-" + std::to_string(::getpid()));
  std::string file() const { return (path / "state").string(); }
};

TEST(ChatState, ComesBackAsItWas) {
  const Folder folder;
  ChatState state{"ann", "d1", "imr_x", "e1", {{"5", 7}}, {{{{"conv_id", 5}}, "k1", "text\n\"q\""}}};
  ASSERT_TRUE(save_chat_state(folder.file(), state).ok());
  const auto back = load_chat_state(folder.file());
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back.value().login, "ann");
  EXPECT_EQ(back.value().refresh, "imr_x");
  EXPECT_EQ(back.value().marks, state.marks);
  ASSERT_EQ(back.value().unsent.size(), 1U);
  EXPECT_EQ(back.value().unsent.front().text, "text\n\"q\"");
  EXPECT_EQ(back.value().unsent.front().key, "k1");
  EXPECT_EQ(std::filesystem::status(folder.file()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_FALSE(std::filesystem::exists(folder.file() + ".new"));
}

TEST(ChatState, NoFileIsAnEmptyStateAndAStrangeOneIsRefused) {
  const Folder folder;
  EXPECT_TRUE(load_chat_state(folder.file()).value().unsent.empty());
  std::ofstream(folder.file()) << "password: x";
  EXPECT_FALSE(load_chat_state(folder.file()).ok());
  EXPECT_FALSE(save_chat_state((folder.path / "no" / "state").string(), {}).ok());
}

TEST(ChatState, WhatIsLeftIsNamed) {
  ChatState state;
  EXPECT_EQ(left_in(state, "", 0), "");
  EXPECT_EQ(left_in(state, "", 2), "; lines not done: 2");
  state.unsent.push_back({{{"conv_id", 5}}, "k1", "text"});
  EXPECT_EQ(left_in(state, "f", 0), "; messages not sent: 1, kept in f");
  EXPECT_EQ(left_in(state, "", 1),
            "; messages not sent: 1 (--state FILE keeps them for the next run); lines not done: 1");
}

}  // namespace
}  // namespace im::imctl
