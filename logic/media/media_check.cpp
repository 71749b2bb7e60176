#include "logic/media/media_check.hpp"

#include <set>
#include <unordered_map>

#include "logic/media/media_table.hpp"
#include "logic/media/media_variants.hpp"

namespace im::logic::media {

/// The rows of a part of the ids, by id.
class KnownRows {
 public:
  explicit KnownRows(const std::vector<media_table::CountedRow>& rows) {
    for (const auto& row : rows) states_.emplace(row.id, row.state);
  }
  bool knows(const std::string& name) const { return states_.contains(name.substr(0, kIdLetters)); }
  bool is_coming(const std::string& name) const {
    const auto found = states_.find(name.substr(0, kIdLetters));
    return found != states_.end() && found->second == MediaState::kComing;
  }

 private:
  std::unordered_map<std::string, MediaState> states_;
};

// Before the rows: who uploads writes the row first, so bytes that were seen and have no row afterwards are nobody's.
Result<MediaCheck::Names> MediaCheck::names_there(const std::string& begin) {
  Names names;
  if (auto seen = blobs_.each(begin, [&](const std::string& name) { names.files.push_back(name); }); !seen)
    return seen.error();
  if (auto seen = blobs_.each_unfinished(begin, [&](const std::string& name) { names.half_put.push_back(name); });
      !seen)
    return seen.error();
  for (std::string& name : incoming_.names())
    if (name.starts_with(begin)) names.coming.push_back(std::move(name));
  return names;
}

Result<bool> MediaCheck::is_lost(const std::string& id, const std::string& kind) {
  for (const std::string& name : names_of(id)) {
    if (name != id && kind != "image") break;
    const auto there = blobs_.open(name, "");
    if (!there && there.error().code == Error::Code::kNotFound) return true;
    if (!there) return there.error();
  }
  return false;
}

/// Those that went in the meantime are none.
Status MediaCheck::find_strays(const Names& names, const KnownRows& rows, CheckReport& report) {
  for (const std::string& name : names.files) {
    if (rows.knows(name)) continue;
    const auto there = blobs_.open(name, "");
    if (there) report.strays.push_back(name);
    if (!there && there.error().code != Error::Code::kNotFound) return there.error();
  }
  for (const std::string& name : names.coming)
    if (!rows.is_coming(name) && incoming_.look(name)) report.strays.push_back(name);
  for (const std::string& name : names.half_put)
    if (!rows.is_coming(name)) report.half_put.push_back(name);
  return Ok{};
}

Result<CheckReport> MediaCheck::look(const std::string& begin) {
  const auto names = names_there(begin);
  if (!names) return names.error();
  auto db = store_.reader();
  if (!db) return db.error();
  const auto rows = media_table::counted(*db.value(), begin);
  if (!rows) return rows.error();
  CheckReport report;
  report.rows = static_cast<std::int64_t>(rows.value().size());
  report.files = static_cast<std::int64_t>(names.value().files.size() + names.value().coming.size());
  const std::set<std::string> files(names.value().files.begin(), names.value().files.end());
  for (const auto& row : rows.value()) {
    if (row.refs != row.named) report.miscounted.push_back(row.id);
    if (row.state != MediaState::kReady) continue;
    const bool is_whole = files.contains(row.id) &&
                          (row.kind != "image" ||
                           (files.contains(blob_name(row.id, "small")) && files.contains(blob_name(row.id, "large"))));
    if (is_whole) continue;
    const auto lost = is_lost(row.id, row.kind);
    if (!lost) return lost.error();
    if (lost.value()) report.lost.push_back(row.id);
  }
  if (auto found = find_strays(names.value(), KnownRows(rows.value()), report); !found) return found.error();
  return report;
}

Result<bool> MediaCheck::let_go_lost(const std::string& id) {
  return store_.lanes().write<bool>(0, [&](store::Write& into) -> Result<bool> {
    auto gone =
        into.db.execute("UPDATE media SET state = 3, drop_ms = 0 WHERE id = ? AND state = 2 AND refs = 0", {id});
    if (!gone) return gone.error();
    return gone.value() > 0;
  });
}

Result<int> MediaCheck::mend(const CheckReport& report) {
  int count = 0;
  for (const auto* names : {&report.strays, &report.half_put})
    for (const std::string& name : *names) {
      incoming_.remove(name);
      if (auto gone = blobs_.remove(name); !gone) return gone.error();
      ++count;
    }
  for (const std::string& id : report.miscounted) {
    auto right = store_.lanes().write<Ok>(
        0, [&](store::Write& into) -> Result<Ok> { return media_table::recount(into.db, id); });
    if (!right) return right.error();
    ++count;
  }
  for (const std::string& id : report.lost) {
    auto gone = let_go_lost(id);
    if (!gone) return gone.error();
    count += gone.value() ? 1 : 0;
  }
  return count;
}

}  // namespace im::logic::media
