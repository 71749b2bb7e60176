#pragma once

#include <string>

#include <boost/json/array.hpp>

#include "logic/store/store.hpp"

namespace im::logic {

/// At least one of them.
struct MessageSearch {
  std::string text;    ///< two signs at least; "" = any
  store::ConvId conv;  ///< 0 = any
  Uid from;            ///< 0 = anybody
};

/// Newest first, a page; whoever's they are. kInvalid: nothing is asked. Blocking.
Result<boost::json::array> search_messages(store::Store& store, const MessageSearch& search);

}  // namespace im::logic
