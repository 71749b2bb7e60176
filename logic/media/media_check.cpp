#include "logic/media/media_check.hpp"

#include <algorithm>
#include <unordered_map>

#include "common/base/fault.hpp"
#include "logic/media/media_token.hpp"
#include "logic/media/media_variants.hpp"

namespace im::logic::media {

namespace {

constexpr std::size_t kPartLetters = 2;
/// What an S3 store lists with one call.
constexpr std::size_t kAtOnce = 1000;
/// Until then a store may not know everywhere what it has just taken.
constexpr std::int64_t kSettledMs = 10LL * 60 * 1000;

/// What is too much for one look is looked at in parts, down to those of two letters.
bool is_divided(const std::string& begin) { return begin.size() < kPartLetters; }

/// Others may have their bytes below the same prefix. What has no such name is theirs.
bool is_name_of_a_medium(const std::string& name) {
  const std::string id = name.substr(0, kIdLetters);
  return is_media_id(id) && std::ranges::count(names_of(id), name) > 0;
}

/// What cannot be opened is said by its own name; the others of its part are looked at all the same.
bool names_odd(const CheckReport& report, const std::string& name) {
  const std::string id = name.substr(0, kIdLetters);
  return std::ranges::any_of(report.odd, [&](const std::string& path) { return path.find("/" + id) != path.npos; });
}

}  // namespace

/// The rows of a part of the ids, by id.
class KnownRows {
 public:
  explicit KnownRows(const std::vector<media_table::CountedRow>& rows) {
    for (const auto& row : rows) states_.emplace(row.medium.id, row.state);
  }
  bool knows(const std::string& name) const { return states_.contains(name.substr(0, kIdLetters)); }
  /// Its bytes are under way for the first time, or once more.
  bool is_coming(const std::string& name) const {
    const auto found = states_.find(name.substr(0, kIdLetters));
    return found != states_.end() && found->second == MediaState::kComing;
  }
  void comes_again(const std::string& id) { states_[id] = MediaState::kComing; }

 private:
  std::unordered_map<std::string, MediaState> states_;
};

// Before the rows: who uploads writes the row first, so bytes that were seen and have no row afterwards are nobody's.
Result<MediaCheck::Names> MediaCheck::names_there(const std::string& begin) {
  Names names;
  std::size_t seen = 0;
  const auto into = [&](std::vector<std::string>& list) {
    return [&](const std::string& name) {
      if (is_name_of_a_medium(name)) list.push_back(name);
      names.too_many = is_divided(begin) && ++seen >= kAtOnce;
      return !names.too_many;
    };
  };
  if (auto listed = blobs_.each(begin, into(names.files)); !listed) return listed.error();
  if (names.too_many) return names;
  if (auto listed = blobs_.each_unfinished(begin, into(names.half_put)); !listed) return listed.error();
  const auto odd = [&names](const std::string& path) {
    names.odd.push_back(path);
    return names.odd.size() < kAtOnce;
  };
  if (auto listed = blobs_.each_odd(begin, odd); !listed) return listed.error();
  for (const std::string& name : incoming_.names())
    if (name.starts_with(begin)) add_incoming(name, names);
  return names;
}

void MediaCheck::add_incoming(const std::string& name, Names& names) const {
  const auto facts = incoming_.look(name);
  if (!facts) return;  // it has gone meanwhile
  facts.value().is_file ? names.coming.push_back(name) : names.odd.push_back("incoming/" + name);
}

Result<bool> MediaCheck::has_many_rows(const std::string& begin) {
  if (!is_divided(begin)) return false;
  auto db = store_.reader();
  if (!db) return db.error();
  return media_table::has_so_many(*db.value(), begin, kAtOnce);
}

Result<std::vector<media_table::CountedRow>> MediaCheck::rows_of(const std::string& begin) {
  auto db = store_.reader();
  if (!db) return db.error();
  return media_table::counted(*db.value(), begin);
}

Result<std::optional<MediaRow>> MediaCheck::row_of(const std::string& id) {
  auto db = store_.reader();
  if (!db) return db.error();
  return media_table::find(*db.value(), id);
}

/// Those that went in the meantime are none.
Status MediaCheck::find_strays(const Names& names, const KnownRows& rows, CheckReport& report) {
  for (const std::string& name : names.files) {
    if (rows.knows(name)) continue;
    const auto there = blobs_.open(name, "");
    if (there) report.strays.push_back(name);
    if (!there && there.error().code != Error::Code::kNotFound && !names_odd(report, name)) return there.error();
  }
  for (const std::string& name : names.coming)
    if (!rows.is_coming(name) && incoming_.look(name)) report.left_over.push_back(name);
  for (const std::string& name : names.half_put)
    if (!rows.is_coming(name)) report.half_put.push_back(name);
  return Ok{};
}

Result<CheckReport> MediaCheck::look(const std::string& begin) {
  const auto many = has_many_rows(begin);
  if (!many) return many.error();
  if (many.value()) return CheckReport{.too_many = true};
  const auto names = names_there(begin);
  if (!names) return names.error();
  if (names.value().too_many) return CheckReport{.too_many = true};
  const auto rows = rows_of(begin);
  if (!rows) return rows.error();
  CheckReport report;
  report.rows = static_cast<std::int64_t>(rows.value().size());
  report.odd = names.value().odd;
  report.files = static_cast<std::int64_t>(names.value().files.size() + names.value().coming.size());
  if (auto found = find_lost(rows.value(), report); !found) return found.error();
  KnownRows known(rows.value());
  const auto& coming = names.value().coming;
  for (const std::string& id : report.lost)
    if (std::ranges::find(coming, id) != coming.end()) known.comes_again(id);
  if (auto found = find_strays(names.value(), known, report); !found) return found.error();
  return report;
}

Status MediaCheck::find_lost(const std::vector<media_table::CountedRow>& rows, CheckReport& report) {
  for (const auto& row : rows) {
    if (row.refs != row.named) report.miscounts(row);
    if (row.state != MediaState::kReady) continue;
    const auto there = has_bytes(blobs_, row.medium);
    if (!there && names_odd(report, row.medium.id)) continue;
    if (!there) return there.error();
    if (!there.value()) report.loses(row);
  }
  return Ok{};
}

/// Not what its owner sends again: then drop_ms has changed, or there is an upload of it. And not what is just
/// finished: nobody has named it yet, and a store that says for a moment that it has no such thing would be believed.
Result<bool> MediaCheck::let_go_lost(const std::string& id) {
  const auto row = row_of(id);
  if (!row) return row.error();
  if (!row.value() || row.value()->state != MediaState::kReady || incoming_.look(id)) return false;
  const auto there = has_bytes(blobs_, finished(*row.value()));
  if (!there) return there.error();
  if (there.value()) return false;
  return store_.lanes().write<bool>(0, [&](store::Write& into) -> Result<bool> {
    auto gone = into.db.execute(
        "UPDATE media SET state = 3, drop_ms = 0 WHERE id = ? AND state = 2 AND refs = 0"
        " AND drop_ms = ? AND drop_ms <= ?",
        {id, row.value()->drop_ms, into.now_ms + unused_ms_ - kSettledMs});
    if (!gone) return gone.error();
    return gone.value() > 0;
  });
}

Result<bool> MediaCheck::has_row(const std::string& id) {
  const auto row = row_of(id);
  if (!row) return row.error();
  return row.value().has_value();
}

Result<bool> MediaCheck::is_coming(const std::string& id) {
  const auto row = row_of(id);
  if (!row) return row.error();
  if (!row.value()) return false;
  if (row.value()->state != MediaState::kReady) return row.value()->state == MediaState::kComing;
  if (!incoming_.look(id)) return false;
  const auto there = has_bytes(blobs_, finished(*row.value()));
  if (!there) return there.error();
  return !there.value();
}

Result<bool> MediaCheck::take_away(const std::string& name, Asks is_needed, const std::function<Result<bool>()>& take) {
  const std::string id = name.substr(0, kIdLetters);
  const auto idle = incoming_.hold_idle(id);
  if (!idle) return false;
  const auto needed = (this->*is_needed)(id);
  if (!needed) return needed.error();
  return needed.value() ? Result<bool>(false) : take();
}

/// From where it was found: it has the name of its finished bytes.
Result<bool> MediaCheck::take_left_over(const std::string& name) {
  return take_away(name, &MediaCheck::is_coming, [&]() -> Result<bool> { return incoming_.remove(name); });
}

Result<bool> MediaCheck::take_stray(const std::string& name) {
  fault::fire("media.mend");
  return take_away(name, &MediaCheck::has_row, [&]() -> Result<bool> {
    const bool is_there = blobs_.open(name, "").ok();
    const auto gone = blobs_.remove(name);
    return gone ? Result<bool>(is_there) : gone.error();
  });
}

Result<bool> MediaCheck::take_half_put(const std::string& name) {
  return take_away(name, &MediaCheck::is_coming, [&]() -> Result<bool> {
    const auto gone = blobs_.remove_unfinished(name);
    return gone ? Result<bool>(true) : gone.error();
  });
}

Result<bool> MediaCheck::recount(const std::string& id) {
  return store_.lanes().write<bool>(0, [&](store::Write& into) { return media_table::recount(into.db, id); });
}

Result<int> MediaCheck::mend(const CheckReport& report) {
  struct Step {
    const std::vector<std::string>& found;
    Asks mended;
  };
  int count = 0;
  for (const Step& step : {Step{report.left_over, &MediaCheck::take_left_over},
                           {report.strays, &MediaCheck::take_stray},
                           {report.half_put, &MediaCheck::take_half_put},
                           {report.miscounted, &MediaCheck::recount},
                           {report.lost, &MediaCheck::let_go_lost}})
    for (const std::string& name : step.found) {
      const auto done = (this->*step.mended)(name);
      if (!done) return done.error();
      count += done.value() ? 1 : 0;
    }
  return count;
}

}  // namespace im::logic::media
