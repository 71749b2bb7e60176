#include "common/base/slot.hpp"

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(SlotSet, SurvivesTheWire) {
  const SlotSet slots = SlotSet().set(0).set(9).set(1023);
  EXPECT_EQ(slots_from(to_bytes(slots)), slots);
  EXPECT_EQ(to_bytes(slots).size(), 128U);
  EXPECT_TRUE(slots_from("short").none());
  EXPECT_TRUE(slots_from(std::string(129, '\xff')).none());
}

TEST(SlotSet, TheHomeIsTheUserOrTheKey) {
  EXPECT_EQ(home_slot(5, "k"), slot_of(std::int64_t{5}));
  EXPECT_EQ(home_slot(0, "k"), slot_of("k"));
  EXPECT_EQ(home_slot(-1, "k"), slot_of("k"));
}

}  // namespace
}  // namespace im
