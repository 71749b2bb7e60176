#include "common/kafka/copy_filter.hpp"

namespace im::kafka {

bool CopyFilter::is_copy(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* headers = nullptr;
  const void* bytes = nullptr;
  std::size_t size = 0;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_header_get_last(headers, RecordName::kHeader, &bytes, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return false;
  const auto name = RecordName::read({static_cast<const char*>(bytes), size});
  return name && is_copy(message.partition, message.offset, *name);
}

}  // namespace im::kafka
