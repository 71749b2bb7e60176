#include "tools/imctl/bench/push_html.hpp"

#include <algorithm>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "tools/imctl/bench/push_report.hpp"

namespace im::imctl {

namespace json = boost::json;

namespace {

constexpr double kWidth = 720, kHeight = 160;

constexpr const char* kHead =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><style>body{font:14px sans-serif;margin:2em}"
    "td{padding:0 2em 0 0}svg{background:#f4f4f4;display:block}rect{fill:#36c}polyline{fill:none;stroke:#c33}"
    "</style>";

std::string attribute(const char* name, double value) {
  return std::string(" ") + name + "=\"" + shown_number(value) + "\"";
}

struct Bar {
  double height;
  std::string title;  ///< shown beside the pointer
};

std::string bars(const std::vector<Bar>& all) {
  double highest = 0;
  for (const Bar& bar : all) highest = std::max(highest, bar.height);
  std::string out;
  const double width = kWidth / static_cast<double>(std::max<std::size_t>(1, all.size()));
  for (std::size_t i = 0; i < all.size() && highest > 0; ++i) {
    const double height = all[i].height / highest * kHeight;
    out += "<rect" + attribute("x", static_cast<double>(i) * width) + attribute("y", kHeight - height) +
           attribute("width", width * 0.9) + attribute("height", height) + "><title>" + html_text(all[i].title) +
           "</title></rect>";
  }
  return out;
}

std::string line(const std::vector<double>& values) {
  double highest = 0;
  for (const double value : values) highest = std::max(highest, value);
  if (highest <= 0) return "";
  const double step = kWidth / static_cast<double>(values.size());
  std::string points;
  for (std::size_t i = 0; i < values.size(); ++i) {
    points += shown_number((static_cast<double>(i) + 0.5) * step) + "," +
              shown_number(kHeight - values[i] / highest * kHeight) + " ";
  }
  return "<polyline points=\"" + points + "\"/>";
}

std::string picture(const char* title, const std::string& shapes) {
  return std::string("<h2>") + title + "</h2><svg" + attribute("width", kWidth) + attribute("height", kHeight) + ">" +
         shapes + "</svg>";
}

std::string histogram(const json::object& report) {
  std::vector<Bar> all;
  for (const json::value& bucket : report.at("histogram").as_array()) {
    const json::array& of = bucket.as_array();
    all.push_back({of.at(2).to_number<double>(),
                   shown_number(of.at(0)) + " to " + shown_number(of.at(1)) + " ms: " + shown_number(of.at(2))});
  }
  return picture("Copies by latency (each bar 6 % of its latency wide)", bars(all));
}

std::string timeline(const json::object& report) {
  std::vector<Bar> all;
  std::vector<double> p99;
  for (const json::value& value : report.at("timeline").as_array()) {
    const json::object& second = value.as_object();
    p99.push_back(second.at("p99").to_number<double>());
    all.push_back({second.at("delivered").to_number<double>(),
                   "second " + shown_number(second.at("second")) + ": " + shown_number(second.at("delivered")) +
                       " copies, p99 " + shown_number(second.at("p99")) + " ms"});
  }
  return picture("Copies by second (bars) and their p99 (line)", bars(all) + line(p99));
}

std::string figures(const json::object& report) {
  std::string out = "<table>";
  for (const auto& [group, values] : report) {
    if (!values.is_object()) continue;
    for (const auto& [name, value] : values.as_object()) {
      out += "<tr><td>" + html_text(group) + " " + html_text(name) + "</td><td>" + html_text(shown_number(value)) +
             "</td></tr>";
    }
  }
  return out + "</table>";
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string push_page(const json::object& report) {
  const std::string title = "imctl bench " + html_text(report.at("bench").as_string());
  return kHead + ("<title>" + title + "</title><h1>" + title + "</h1>") + figures(report) + histogram(report) +
         timeline(report) + "</html>\n";
}

}  // namespace im::imctl
