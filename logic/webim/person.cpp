#include "logic/webim/person.hpp"

#include "logic/webim/page_text.hpp"

namespace im::logic::webim {

std::string html_of(const sql::Row& row, std::size_t column, std::size_t kind) {
  return row.number(kind) == kPageUser ? row.text(column) : escaped(row.text(column));
}

std::string avatar_of(const sql::Row& row, std::size_t column, std::size_t kind) {
  std::string avatar = html_of(row, column, kind);
  if (avatar.size() > kMaxAvatar) avatar.clear();
  return avatar;
}

}  // namespace im::logic::webim
