#include "tools/imctl/chat/line_editor.hpp"

#include <algorithm>

#include "common/base/code_point.hpp"
#include "common/base/utf8.hpp"

namespace im::imctl {

namespace {

constexpr char kEscape = '\x1b';
constexpr std::size_t kMaxLine = 4000;
constexpr std::size_t kMaxTyped = 100;
constexpr std::size_t kLongestSequence = 8;

/// Wide letters of East Asia and emoji take two columns (Unicode TR 11, the blocks that matter).
std::size_t columns_of(const std::string& character) {
  const std::uint32_t point = code_point(character).value;
  struct Block {
    std::uint32_t from, to;
  };
  constexpr Block kWide[] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},
                             {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};
  for (const Block& block : kWide)
    if (block.from <= point && point <= block.to) return 2;
  return 1;
}

std::size_t columns_of(const std::vector<std::string>& line, std::size_t from, std::size_t to) {
  std::size_t columns = 0;
  for (std::size_t i = from; i < to; ++i) columns += columns_of(line[i]);
  return columns;
}

/// Of an escape sequence: its bytes, or 0 when it is not there as a whole.
std::size_t sequence_length(std::string_view bytes) {
  if (bytes.size() < 2) return 0;
  if (bytes[1] != '[' && bytes[1] != 'O') return 2;
  for (std::size_t i = 2; i < bytes.size() && i < kLongestSequence; ++i)
    if (bytes[i] >= '@' && bytes[i] <= '~') return i + 1;
  return bytes.size() >= kLongestSequence ? kLongestSequence : 0;
}

}  // namespace

std::vector<LineEditor::Event> LineEditor::feed(std::string_view bytes) {
  std::vector<Event> out;
  waiting_ += bytes;
  while (!waiting_.empty()) {
    const auto first = static_cast<unsigned char>(waiting_[0]);
    const std::size_t size = first == kEscape ? sequence_length(waiting_) : utf8_length(waiting_);
    const bool broken = first != kEscape && size == 0 && (first < 0xc2 || waiting_.size() >= 4);
    if (size == 0 && !broken) break;
    const std::string taken = waiting_.substr(0, std::max<std::size_t>(size, 1));
    waiting_.erase(0, taken.size());
    if (!broken) key(taken, out);
  }
  return out;
}

void LineEditor::key(std::string_view character, std::vector<Event>& out) {
  const auto byte = static_cast<unsigned char>(character[0]);
  if (byte == kEscape) return sequence(character.substr(1), out);
  if (byte < 0x20 || byte == 0x7f) return control(character[0], out);
  put(character);
  out.push_back({});
}

void LineEditor::control(char byte, std::vector<Event>& out) {
  const auto ctrl = [byte](char letter) { return byte == (letter & 0x1f); };
  const auto here = line_.begin() + static_cast<std::ptrdiff_t>(at_);
  if (byte == '\r' || byte == '\n') return enter(out);
  if (ctrl('c') || (ctrl('d') && line_.empty())) return out.push_back({Key::kEnd});
  if (ctrl('a')) at_ = 0;
  if (ctrl('e')) at_ = line_.size();
  if (ctrl('d') && at_ < line_.size()) line_.erase(here);
  if (ctrl('k')) line_.erase(here, line_.end());
  if (ctrl('u')) line_.erase(line_.begin(), here), at_ = 0;
  if ((byte == 0x7f || byte == '\b') && at_ > 0) line_.erase(here - 1), --at_;
  out.push_back({});
}

void LineEditor::sequence(std::string_view name, std::vector<Event>& out) {
  if (name == "[A" || name == "OA") recall(-1);
  if (name == "[B" || name == "OB") recall(1);
  if ((name == "[C" || name == "OC") && at_ < line_.size()) ++at_;
  if ((name == "[D" || name == "OD") && at_ > 0) --at_;
  if (name == "[H" || name == "OH" || name == "[1~") at_ = 0;
  if (name == "[F" || name == "OF" || name == "[4~") at_ = line_.size();
  if (name == "[3~" && at_ < line_.size()) line_.erase(line_.begin() + static_cast<std::ptrdiff_t>(at_));
  out.push_back({name == "[5~" ? Key::kOlder : Key::kChanged});
}

void LineEditor::enter(std::vector<Event>& out) {
  const std::string whole = text();
  if (!whole.empty() && (typed_.empty() || typed_.back() != whole)) typed_.push_back(whole);
  if (typed_.size() > kMaxTyped) typed_.erase(typed_.begin());
  shown_ = typed_.size();
  line_.clear();
  at_ = 0;
  out.push_back({Key::kLine, whole});
}

void LineEditor::recall(int step) {
  if ((step < 0 && shown_ == 0) || (step > 0 && shown_ >= typed_.size())) return;
  shown_ = step < 0 ? shown_ - 1 : shown_ + 1;
  line_.clear();
  at_ = 0;
  if (shown_ == typed_.size()) return;
  for (std::string_view rest = typed_[shown_]; !rest.empty();) {
    const std::size_t size = std::max<std::size_t>(utf8_length(rest), 1);
    put(rest.substr(0, size));
    rest.remove_prefix(size);
  }
}

void LineEditor::put(std::string_view text) {
  if (line_.size() >= kMaxLine) return;
  line_.insert(line_.begin() + static_cast<std::ptrdiff_t>(at_), std::string(text));
  ++at_;
}

std::string LineEditor::text() const {
  std::string whole;
  for (const std::string& character : line_) whole += character;
  return whole;
}

std::string LineEditor::drawn(const std::string& prompt, std::size_t columns) const {
  const std::size_t room = columns > prompt.size() + 2 ? columns - prompt.size() - 1 : 1;
  std::size_t from = 0;
  while (from < at_ && columns_of(line_, from, at_) >= room) ++from;
  std::size_t to = at_;
  while (to < line_.size() && columns_of(line_, from, to + 1) <= room) ++to;
  std::string out = "\r\x1b[K" + prompt;
  for (std::size_t i = from; i < to; ++i) out += line_[i];
  if (const std::size_t back = columns_of(line_, at_, to); back > 0) out += "\x1b[" + std::to_string(back) + "D";
  return out;
}

}  // namespace im::imctl
