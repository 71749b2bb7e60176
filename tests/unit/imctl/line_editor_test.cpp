#include "tools/imctl/chat/line_editor.hpp"

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

using Key = LineEditor::Key;

/// The lines that come of these keys.
std::vector<std::string> lines(LineEditor& editor, std::string_view bytes) {
  std::vector<std::string> out;
  for (const auto& event : editor.feed(bytes))
    if (event.key == Key::kLine) out.push_back(event.line);
  return out;
}

TEST(LineEditor, TypesAndCorrects) {
  LineEditor editor;
  EXPECT_EQ(lines(editor, "helo\x1b[Dl\r"), (std::vector<std::string>{"hello"}));
  EXPECT_EQ(lines(editor, "ab\x7f\x63\r"), (std::vector<std::string>{"ac"}));
  EXPECT_EQ(lines(editor, "world\x01hello \x05!\r"), (std::vector<std::string>{"hello world!"}));
  EXPECT_EQ(lines(editor, "gone\x15stays\r"), (std::vector<std::string>{"stays"}));
  EXPECT_EQ(lines(editor, "abc\x1b[H\x1b[3~\x1b[C\x0b\r"), (std::vector<std::string>{"b"}));
}

TEST(LineEditor, OneBackspaceIsOneCharacter) {
  LineEditor editor;
  EXPECT_EQ(lines(editor, "\xe8\x81\x8a\xe5\xa4\xa9\x7f\r"), (std::vector<std::string>{"\xe8\x81\x8a"}));
}

TEST(LineEditor, BytesMayComeOneByOne) {
  LineEditor editor;
  std::vector<std::string> all;
  for (const char byte : std::string("\xe8\x81\x8a\x1b[Dx\r"))
    for (const auto& line : lines(editor, {&byte, 1})) all.push_back(line);
  EXPECT_EQ(all, (std::vector<std::string>{"x\xe8\x81\x8a"}));
}

TEST(LineEditor, LinesOfBeforeComeBack) {
  LineEditor editor;
  lines(editor, "one\rtwo\r");
  EXPECT_EQ(lines(editor, "\x1b[A\x1b[A\x1b[A\r"), (std::vector<std::string>{"one"}));
  lines(editor, "\x1b[A\x1b[B");
  EXPECT_EQ(editor.text(), "");
}

TEST(LineEditor, EndAndOlder) {
  LineEditor editor;
  EXPECT_EQ(editor.feed("\x1b[5~").at(0).key, Key::kOlder);
  EXPECT_EQ(editor.feed("\x04").at(0).key, Key::kEnd);
  editor.feed("x");
  EXPECT_EQ(editor.feed("\x04").at(0).key, Key::kChanged);
  EXPECT_EQ(editor.feed("\x03").at(0).key, Key::kEnd);
}

TEST(LineEditor, StrangeBytesAndKeysDoNothing) {
  LineEditor editor;
  editor.feed("a\xff\xfe\x1b[24~\x1b[99999999999b\x02");
  lines(editor, "c\r");
  editor.feed("\xc3");
  EXPECT_EQ(lines(editor, "\xa4\r"), (std::vector<std::string>{"\xc3\xa4"}));
}

TEST(LineEditor, DrawsWhatFits) {
  LineEditor editor;
  editor.feed("hello");
  EXPECT_EQ(editor.drawn("> ", 80), "\r\x1b[K> hello");
  editor.feed("\x1b[D\x1b[D");
  EXPECT_EQ(editor.drawn("> ", 80), "\r\x1b[K> hello\x1b[2D");
  editor.feed("\x05 and much more");
  EXPECT_EQ(editor.drawn("> ", 12), "\r\x1b[K> uch more") << "the end, where the cursor is";
  LineEditor wide;
  wide.feed("\xe8\x81\x8a\xe5\xa4\xa9\x1b[D");
  EXPECT_EQ(wide.drawn("> ", 80), "\r\x1b[K> \xe8\x81\x8a\xe5\xa4\xa9\x1b[2D");
}

}  // namespace
}  // namespace im::imctl
