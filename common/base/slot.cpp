#include "common/base/slot.hpp"

namespace im {

std::string to_bytes(const SlotSet& slots) {
  std::string bytes(kSlots / 8, '\0');
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    if (slots[slot]) bytes[slot / 8] = static_cast<char>(bytes[slot / 8] | 1 << slot % 8);
  }
  return bytes;
}

SlotSet slots_from(std::string_view bytes) {
  SlotSet slots;
  if (bytes.size() != kSlots / 8) return slots;
  for (std::size_t slot = 0; slot < kSlots; ++slot)
    slots[slot] = (static_cast<unsigned char>(bytes[slot / 8]) >> slot % 8 & 1) != 0;
  return slots;
}

}  // namespace im
