#pragma once

namespace im {

/// A process that cannot go on ends at once, with a last line that says why (decision 126):
/// - memory is refused: with 1, before anybody sees a std::bad_alloc in the middle of their work;
/// - an exception that nobody catches, an abort() of a library, a bad address: by their signal, as they do without
/// this. Once, after log::init() and before threads start.
void tell_of_endings();

}  // namespace im
