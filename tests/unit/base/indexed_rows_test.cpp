#include "common/base/indexed_rows.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace im {
namespace {

struct Numbered {
  std::size_t group = 0;
  std::string name;
  std::size_t hash() const { return group; }
  std::size_t heap_bytes() const { return name.size(); }
};

using Rows = IndexedRows<Numbered>;

Numbered* find(Rows& rows, std::size_t group, const std::string& name) {
  return rows.find(group, [&](const Numbered& row) { return row.group == group && row.name == name; });
}

std::vector<std::string> names_in(Rows& rows, std::size_t group) {
  std::vector<std::string> names;
  rows.for_each_at(group, [&](const Numbered& row) {
    if (row.group == group) names.push_back(row.name);
  });
  std::ranges::sort(names);
  return names;
}

TEST(IndexedRows, SeveralMayShareAHash) {
  Rows rows;
  EXPECT_EQ(find(rows, 1, "a"), nullptr);
  rows.add({1, "a"});
  rows.add({1, "b"});
  rows.add({2, "c"});
  EXPECT_EQ(names_in(rows, 1), (std::vector<std::string>{"a", "b"}));
  rows.erase(*find(rows, 1, "a"));
  EXPECT_EQ(names_in(rows, 1), (std::vector<std::string>{"b"}));
  EXPECT_EQ(find(rows, 2, "c")->name, "c");
}

TEST(IndexedRows, AgreesWithAMultimap) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::minstd_rand random(seed);
    Rows rows;
    std::multimap<std::size_t, std::string> model;
    for (int step = 0; step < 3000; ++step) {
      // Few groups, so that their cells meet; at times more go than come.
      const std::size_t group = random() % 40;
      const auto held = model.find(group);
      if (held != model.end() && random() % 100 < (step / 500 % 2 == 0 ? 35U : 70U)) {
        Numbered* const found = find(rows, group, held->second);
        ASSERT_NE(found, nullptr);
        rows.erase(*found);
        model.erase(held);
      } else {
        const std::string name = std::to_string(step);
        rows.add({group, name});
        model.emplace(group, name);
      }
      ASSERT_EQ(rows.size(), model.size());
    }
    std::size_t bytes = 0;
    for (const auto& [group, name] : model) {
      ASSERT_NE(find(rows, group, name), nullptr);
      bytes += name.size();
    }
    EXPECT_EQ(rows.heap_bytes(), bytes);
    for (std::size_t group = 0; group < 40; ++group) EXPECT_EQ(names_in(rows, group).size(), model.count(group));
  }
}

TEST(IndexedRows, ErasesWhatIsNamed) {
  Rows rows;
  for (std::size_t i = 0; i < 1000; ++i) rows.add({i, std::to_string(i)});
  rows.erase_if([](const Numbered& row) { return row.group % 3 != 0; });
  EXPECT_EQ(rows.size(), 334U);
  for (std::size_t i = 0; i < 1000; ++i) EXPECT_EQ(find(rows, i, std::to_string(i)) != nullptr, i % 3 == 0) << i;
}

TEST(IndexedRows, ReplacingKeepsTheBytesRight) {
  Rows rows;
  rows.add({1, "long name"});
  rows.replace(*find(rows, 1, "long name"), {1, "x"});
  EXPECT_EQ(rows.heap_bytes(), 1U);
  EXPECT_NE(find(rows, 1, "x"), nullptr);
}

TEST(IndexedRows, MemoryComesBack) {
  Rows rows;
  for (std::size_t i = 0; i < 10000; ++i) rows.add({i, ""});
  const std::size_t full = rows.row_bytes() + rows.index_bytes();
  EXPECT_LT(rows.row_bytes(), 10000 * sizeof(Numbered) * 5 / 4);
  rows.erase_if([](const Numbered& row) { return row.group >= 100; });
  EXPECT_LT(rows.row_bytes() + rows.index_bytes(), full / 20);
  rows.erase_if([](const Numbered&) { return true; });
  EXPECT_EQ(rows.row_bytes() + rows.index_bytes(), 0U);
}

}  // namespace
}  // namespace im
