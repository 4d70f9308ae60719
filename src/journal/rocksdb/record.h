// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/update.h"

namespace cinnabar::rocks {

// How an update is stored. Integers are LEB128 varints in their shortest form:
//
//   version   1 byte, 1
//   flags     1 byte, bit 0: private; bits 1 and 2: the kind, 0 published, 1 a subscription started,
//             2 a subscription ended; the others are 0
//   time_ms   varint, Unix milliseconds of the commit
//   id        varint length, bytes
//   topics    varint count (at least 1), then each as varint length, bytes
//   type      varint length, bytes
//   retry     varint length, bytes
//   data      varint length, bytes
//
// Nothing may follow. version, flags and time_ms are the head, the rest the body: publishers'
// threads encode bodies, the writer adds heads.

/// A decoded record, borrowed from the bytes it was decoded from.
struct RecordView {
  std::int64_t time_ms = 0;
  bool is_private = false;
  UpdateKind kind = UpdateKind::kPublished;
  std::string_view id, type, retry, data;
  std::vector<std::string_view> topics;
};

/// REQUIRES: time_ms >= 0
std::string encode_record_head(bool is_private, UpdateKind kind, std::int64_t time_ms);
std::string encode_record_body(const Update& update);

/// Fills `view`, whose vector is reused. kCorrupt unless `bytes` is exactly one record.
/// Any bytes are safe to give.
Result<void> decode_record(std::string_view bytes, RecordView& view);

}  // namespace cinnabar::rocks
