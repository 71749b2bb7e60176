#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace im::imctl {

/// Text in an HTML page, and in an attribute between double or single quotes. Pure.
std::string html_text(std::string_view text);

/// A report (push_report.hpp) as one page that needs nothing else: the figures, a histogram of the latency and a line
/// over the seconds of the run as SVG. No script. Pure.
std::string push_page(const boost::json::object& report);

}  // namespace im::imctl
