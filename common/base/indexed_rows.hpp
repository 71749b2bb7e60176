#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace im {

/// Rows that lie one behind the other, found by a hash that several may share: what a hash table costs beside its rows
/// is about 7 bytes each. Adding and erasing move other rows: a Row* is good until the next of them. No guard of its
/// own. Row: movable; std::size_t hash() const, which does not change while it is in here; std::size_t heap_bytes()
/// const.
template <class Row>
class IndexedRows {
 public:
  /// The first row with this hash for which `is` holds, or nullptr.
  template <class Is>
  Row* find(std::size_t hash, Is&& is) {
    if (cells_.empty()) return nullptr;
    for (std::size_t cell = home(hash); cells_[cell] != kEmpty; cell = after(cell)) {
      Row& row = rows_[cells_[cell]];
      if (is(std::as_const(row))) return &row;
    }
    return nullptr;
  }
  /// Every row with this hash, and perhaps some with others, in no order.
  template <class Use>
  void for_each_at(std::size_t hash, Use&& use) {
    find(hash, [&use](const Row& row) {
      use(row);
      return false;
    });
  }

  void add(Row row) {
    if ((rows_.size() + 1) * 4 > cells_.size() * 3) rebuild(cells_.empty() ? 4 : cells_.size() * 2);
    if (rows_.size() == rows_.capacity()) rows_.reserve(enough());
    heap_bytes_ += row.heap_bytes();
    rows_.push_back(std::move(row));
    link(static_cast<std::uint32_t>(rows_.size() - 1));
  }
  /// `row` is one of these, `with` has the same hash.
  void replace(Row& row, Row with) {
    heap_bytes_ += with.heap_bytes() - row.heap_bytes();
    row = std::move(with);
  }
  void erase(Row& row) {
    const auto place = static_cast<std::uint32_t>(&row - rows_.data());
    const auto last = static_cast<std::uint32_t>(rows_.size() - 1);
    heap_bytes_ -= row.heap_bytes();
    unlink(cell_of(place));
    if (place != last) {
      cells_[cell_of(last)] = place;
      row = std::move(rows_.back());
    }
    rows_.pop_back();
    if (rows_.size() * 2 < rows_.capacity()) shrink();
  }
  /// Erases the rows for which `is` holds.
  template <class Is>
  void erase_if(Is&& is) {
    for (std::size_t place = rows_.size(); place-- > 0;) {
      if (is(std::as_const(rows_[place]))) erase(rows_[place]);  // the last one comes here, and was looked at
    }
  }
  void clear() { *this = {}; }

  std::size_t size() const { return rows_.size(); }
  auto begin() { return rows_.begin(); }
  auto end() { return rows_.end(); }
  auto begin() const { return rows_.begin(); }
  auto end() const { return rows_.end(); }
  std::size_t row_bytes() const { return rows_.capacity() * sizeof(Row); }
  std::size_t index_bytes() const { return cells_.capacity() * sizeof(std::uint32_t); }
  std::size_t heap_bytes() const { return heap_bytes_; }  ///< what the rows have beside themselves

 private:
  static constexpr std::uint32_t kEmpty = 0xffffffff;

  /// Spreads hashes that are the number itself, as those of the standard library are.
  std::size_t home(std::size_t hash) const {
    hash *= 0x9e3779b97f4a7c15ULL;
    return (hash ^ hash >> 32) & (cells_.size() - 1);
  }
  std::size_t after(std::size_t cell) const { return (cell + 1) & (cells_.size() - 1); }

  std::size_t cell_of(std::uint32_t place) const {
    std::size_t cell = home(rows_[place].hash());
    while (cells_[cell] != place) cell = after(cell);
    return cell;
  }
  void link(std::uint32_t place) {
    std::size_t cell = home(rows_[place].hash());
    while (cells_[cell] != kEmpty) cell = after(cell);
    cells_[cell] = place;
  }
  /// Closes the gap: what stands behind it moves up unless that is before its home.
  void unlink(std::size_t gap) {
    for (std::size_t cell = after(gap); cells_[cell] != kEmpty; cell = after(cell)) {
      const std::size_t from_home = (cell - home(rows_[cells_[cell]].hash())) & (cells_.size() - 1);
      if (from_home < ((cell - gap) & (cells_.size() - 1))) continue;
      cells_[gap] = cells_[cell];
      gap = cell;
    }
    cells_[gap] = kEmpty;
  }
  void rebuild(std::size_t cells) {
    cells_ = std::vector<std::uint32_t>(cells, kEmpty);
    for (std::uint32_t place = 0; place < rows_.size(); ++place) link(place);
  }
  /// Room for the rows there are and a few more: they are many tables, and what is kept for later adds up.
  std::size_t enough() const { return rows_.size() + rows_.size() / 8 + 2; }
  void shrink() {
    if (rows_.empty()) return clear();
    if (enough() >= rows_.capacity()) return;
    std::vector<Row> fewer;
    fewer.reserve(enough());
    for (Row& row : rows_) fewer.push_back(std::move(row));
    rows_ = std::move(fewer);
    std::size_t cells = cells_.size();
    while (cells > 4 && rows_.size() * 4 < cells) cells /= 2;
    if (cells != cells_.size()) rebuild(cells);
  }

  std::vector<Row> rows_;
  std::vector<std::uint32_t> cells_;  ///< places of rows by hash; a power of two, at least a quarter empty
  std::size_t heap_bytes_ = 0;
};

}  // namespace im
