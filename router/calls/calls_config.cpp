#include "router/calls/calls_config.hpp"

namespace im::router {

void describe(config::Options& options, CallsConfig& config) {
  options.section("calls", "Calls (docs/calls.md): how long each state may last, and how many there may be.");
  options.add("ring", config.ring, "How long a call rings, 1s to 120s.");
  options.add("setup", config.setup, "From the answer until both sides are connected.");
  options.add("heartbeat", config.heartbeat, "How often a client reports; two and a half of them missed: it is lost.");
  options.add("caller_lost", config.caller_lost,
              "A caller who is lost while it rings: how long until it is cancelled.");
  options.add("resume", config.resume, "How long a lost party may come back.");
  options.add("resume_media", config.resume_media, "The same while another party reports that its media still flows.");
  options.add("empty", config.empty, "How long a group call stays without a member.");
  options.add("alone", config.alone, "How long a group call stays with one member.");
  options.add("longest", config.longest, "No call lasts longer.");
  options.add("kept", config.kept, "How long an ended call is known: who asks late hears how it ended.");
  options.add("max_calls", config.max_calls, "Most calls on this router, just ended ones included; one more is 4503.",
              1);
  options.add("video_parties", config.video_parties, "Most parties of a group call with video; one more is 4431.", 2);
  options.add("audio_parties", config.audio_parties, "The same with audio alone.", 2);
  options.check([&config]() -> std::string {
    if (config.ring.count() < 1000 || config.ring.count() > 120000) return "calls.ring: must be 1s to 120s";
    if (config.heartbeat.count() < 100) return "calls.heartbeat: must be at least 100ms";
    return "";
  });
}

}  // namespace im::router
