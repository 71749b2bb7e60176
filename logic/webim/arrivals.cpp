#include "logic/webim/arrivals.hpp"

#include "common/base/log.hpp"

namespace im::logic::webim {

Result<bool> Arrivals::tell(Uid uid) {
  const auto person = people_.unannounced(uid);
  if (!person.ok()) return person.error();
  if (!person.value()) return false;
  const auto begun = people_.announcing(*person.value());
  if (!begun.ok() || !begun.value()) return begun;
  if (const Status told = voice_.came(*person.value()); !told.ok()) return told.error();
  if (const Status noted = people_.announced(*person.value()); !noted.ok())
    log::debug("who came is told of again", {{"uid", uid.value()}, {"why", noted.error().message}});
  return true;
}

}  // namespace im::logic::webim
