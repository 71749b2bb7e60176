#include "common/sql/statement.hpp"

#include <optional>
#include <stdexcept>

namespace im::sql {

namespace {

/// SOCI knows named places only: each `?` becomes :p1, :p2, ….
std::string named(std::string_view text) {
  std::string named;
  int place = 0;
  for (const char sign : text) {
    if (sign == '?') {
      named += ":p" + std::to_string(++place);
    } else {
      named += sign;
    }
  }
  return named;
}

}  // namespace

Statement::Statement(soci::session& session, const Query& query, const Values& values)
    : statement_(session), arguments_(values.size()), columns_(query.columns) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto& argument = arguments_[i];
    argument.is_number = values[i].number() != nullptr;
    if (argument.is_number) {
      statement_.exchange(soci::use(argument.number, argument.indicator));
    } else {
      statement_.exchange(soci::use(argument.text, argument.indicator));
    }
  }
  for (auto& column : columns_) statement_.exchange(soci::into(column.text, column.indicator));
  statement_.alloc();
  statement_.prepare(named(query.text));
  statement_.define_and_bind();
}

bool Statement::fits(const Values& values) const {
  if (values.size() != arguments_.size()) return false;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!values[i].is_null() && arguments_[i].is_number != (values[i].number() != nullptr)) return false;
  return true;
}

void Statement::take(const Values& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto& argument = arguments_[i];
    argument.indicator = values[i].is_null() ? soci::i_null : soci::i_ok;
    if (const auto* number = values[i].number()) argument.number = *number;
    if (const auto* text = values[i].text()) argument.text = *text;
  }
}

std::int64_t Statement::execute(const Values& values) {
  take(values);
  // With data exchange: without it SOCI's SQLite only binds, and the first fetch would be what runs the statement.
  statement_.execute(true);
  return statement_.get_affected_rows();
}

// To the last row always: a statement that is left half way keeps its locks and its snapshot.
Rows Statement::select(const Values& values) {
  take(values);
  Rows rows;
  statement_.execute(false);
  while (statement_.fetch()) {
    std::vector<std::optional<std::string>> row(columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].indicator == soci::i_ok) row[i] = columns_[i].text;
    rows.emplace_back(std::move(row));
  }
  return rows;
}

}  // namespace im::sql
