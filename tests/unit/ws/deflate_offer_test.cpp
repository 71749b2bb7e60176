#include "common/ws/deflate_offer.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace im::ws {
namespace {

const std::string kAnswer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
const std::string kWithBits = kAnswer + "; server_max_window_bits=15";

struct Case {
  const char* offers;
  std::string answer;
};

TEST(DeflateOffer, EveryParameter) {
  const std::vector<Case> cases = {
      {"permessage-deflate", kAnswer},
      {"  permessage-deflate\t", kAnswer},
      {"permessage-deflate; server_no_context_takeover", kAnswer},
      {"permessage-deflate; client_no_context_takeover", kAnswer},
      {"permessage-deflate; server_no_context_takeover=1", ""},
      {"permessage-deflate; client_no_context_takeover=\"x\"", ""},
      {"permessage-deflate; server_no_context_takeover; server_no_context_takeover", ""},
      {"permessage-deflate; client_no_context_takeover; client_no_context_takeover", ""},
      {"permessage-deflate; client_max_window_bits", kAnswer},
      {"permessage-deflate; client_max_window_bits=8", kAnswer},
      {"permessage-deflate; client_max_window_bits=15", kAnswer},
      {"permessage-deflate; client_max_window_bits=\"10\"", kAnswer},
      {"permessage-deflate; client_max_window_bits=7", ""},
      {"permessage-deflate; client_max_window_bits=16", ""},
      {"permessage-deflate; client_max_window_bits=010", ""},
      {"permessage-deflate; client_max_window_bits=+9", ""},
      {"permessage-deflate; client_max_window_bits=9a", ""},
      {"permessage-deflate; client_max_window_bits; client_max_window_bits=9", ""},
      {"permessage-deflate; server_max_window_bits=15", kWithBits},
      {"permessage-deflate; server_max_window_bits=\"15\"", kWithBits},
      // Smaller than that of the bytes that all share.
      {"permessage-deflate; server_max_window_bits=14", ""},
      {"permessage-deflate; server_max_window_bits=8", ""},
      {"permessage-deflate; server_max_window_bits", ""},
      {"permessage-deflate; server_max_window_bits=0", ""},
      {"permessage-deflate; server_max_window_bits=99999999999", ""},
      {"permessage-deflate; server_max_window_bits=15; server_max_window_bits=15", ""},
      {"permessage-deflate; server_max_window_bits=15; client_max_window_bits; client_no_context_takeover; "
       "server_no_context_takeover",
       kWithBits},
      {"permessage-deflate; unknown", ""},
      {"permessage-deflate; unknown=1", ""},
      {"Permessage-Deflate", ""},
      {"permessage-deflat", ""},
      {"x-webkit-deflate-frame", ""},
  };
  for (const Case& one : cases) EXPECT_EQ(accept_deflate(one.offers), one.answer) << one.offers;
}

TEST(DeflateOffer, TheFirstThatCanBeTaken) {
  EXPECT_EQ(accept_deflate("permessage-deflate; server_max_window_bits=10, permessage-deflate"), kAnswer);
  EXPECT_EQ(accept_deflate("permessage-deflate; server_max_window_bits=15, permessage-deflate"), kWithBits);
  EXPECT_EQ(accept_deflate("permessage-bzip2; level=9, permessage-deflate"), kAnswer);
  EXPECT_EQ(accept_deflate(",, permessage-deflate ,"), kAnswer);
}

TEST(DeflateOffer, AMalformedListIsNone) {
  for (const char* list :
       {"", " ", ",", ";", "=", "permessage-deflate;", "permessage-deflate; =", "permessage-deflate; x=",
        "permessage-deflate x", "permessage-deflate; client_max_window_bits=\"10",
        "permessage-deflate; client_max_window_bits=\"\"", "permessage-deflate; client_max_window_bits=\"1 0\"",
        "permessage-deflate; client_max_window_bits 10", "permessage-deflate, ;", "permessage-deflate, @@"})
    EXPECT_EQ(accept_deflate(list), "") << list;
}

}  // namespace
}  // namespace im::ws
