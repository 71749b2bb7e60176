#pragma once

#include <string>

#include "im/calls.pb.h"
#include "logic/store/store.hpp"

namespace im::logic {

/// Ended calls in the books: one message of the type "call" in the conversation, and a row for the call and for each of
/// its parties. Once, however often it is asked. Blocking, any thread but an I/O thread.
class CallBook {
 public:
  explicit CallBook(store::Store& store) : store_(store) {}
  Status write(const im::calls::Record& record);

 private:
  store::Store& store_;
};

/// The body of the message.
std::string call_log_body(const im::calls::Record& record);

}  // namespace im::logic
