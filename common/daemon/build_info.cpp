#include "common/daemon/build_info.hpp"

namespace im {

std::string build_version() { return IM_VERSION; }
std::string build_commit() { return IM_COMMIT; }

std::string build_details(const std::string& service) {
  return service + " " + IM_VERSION + "\ncommit " + IM_COMMIT + "\ncompiler " + __VERSION__ + "\nboost " + IM_BOOST +
         "\ngrpc " + IM_GRPC + "\nprotobuf " + IM_PROTOBUF + "\nlibrdkafka " + IM_RDKAFKA + "\n";
}

}  // namespace im
