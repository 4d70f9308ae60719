// SPDX-License-Identifier: Apache-2.0
// The decoder of stored records (src/journal/rocksdb/record.h): any bytes are safe, and what it
// accepts is written back to the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "journal/rocksdb/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cinnabar;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  rocks::RecordView view;
  if (!rocks::decode_record(bytes, view)) return 0;
  Update update;
  update.topics.assign(view.topics.begin(), view.topics.end());
  update.data = view.data;
  update.id = view.id;
  update.type = view.type;
  update.retry = view.retry;
  update.is_private = view.is_private;
  const std::string again =
      rocks::encode_record_head(view.is_private, view.kind, view.time_ms) + rocks::encode_record_body(update);
  if (again != bytes) std::abort();
  return 0;
}
