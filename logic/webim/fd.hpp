#pragma once

#include <optional>
#include <string>

#include <boost/json/value.hpp>

#include "common/base/ids.hpp"

namespace im::logic::webim {

/// The address of somebody in the lobby, as pages have it: the user's number, or 32 hex digits for a page without
/// WebSocket. The digits begin with letters, so that no page takes them for a number. Unique in the cluster.
std::string fd_of(Uid uid, bool poll);
/// As pages get it: a number when it is one.
boost::json::value fd_json(const std::string& fd);
/// As pages send it, a number or a text; nothing when it is no address.
std::optional<Uid> uid_of(const boost::json::value& fd);

}  // namespace im::logic::webim
