// SPDX-License-Identifier: Apache-2.0
#include "protocol/publish_request.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "base/uuid.h"
#include "protocol/form.h"
#include "protocol/text.h"

namespace cinnabar {
namespace {

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

Error too_large(std::string_view what, std::size_t limit, std::string_view unit) {
  std::string sentence(what);
  sentence += " exceeds the limit of ";
  sentence += std::to_string(limit);
  sentence += unit;
  return {ErrorCode::kTooLarge, std::move(sentence)};
}

bool exceeds(std::size_t size, std::size_t limit) { return limit != 0 && size > limit; }

constexpr std::string_view kNotProtocolString =
    " must be valid UTF-8 without control characters and without Unicode format characters (category Cf).";

/// The fields of a body before any rule but UTF-8 is applied to them.
struct Fields {
  Update update;
  std::size_t topic_count = 0;
};

/// Keeps the first occurrence of a field that counts once (PUB-21), even if it is empty.
class Once {
 public:
  void take(std::string& target, std::string& value) {
    if (!std::exchange(taken_, true)) target = std::move(value);
  }

 private:
  bool taken_ = false;
};

/// Syntax first (ERR-10): the whole body, fields we don't know included (PUB-2).
Result<Fields> read_fields(std::string_view body, const ProtocolLimits& limits) {
  Fields fields;
  Update& update = fields.update;
  Once data, id, type, retry;
  FormReader reader(body);
  std::string name, value;
  while (reader.next(name, value)) {
    if (!is_utf8(name)) return invalid("The body has a field whose name is not valid UTF-8.");
    if (!is_utf8(value)) return invalid("The body has a field whose value is not valid UTF-8.");
    if (name == "topic") {
      // Beyond the limit they are only counted: the update will be refused.
      if (!exceeds(++fields.topic_count, limits.topics_per_update)) update.topics.push_back(std::move(value));
    } else if (name == "data") {
      data.take(update.data, value);
    } else if (name == "private") {
      update.is_private = true;  // PUB-12: whatever the value
    } else if (name == "id") {
      id.take(update.id, value);
    } else if (name == "type") {
      type.take(update.type, value);
    } else if (name == "retry") {
      retry.take(update.retry, value);
    }
  }
  return fields;
}

Result<void> check_topics(const Fields& fields, const ProtocolLimits& limits) {
  if (fields.topic_count == 0) return invalid("The field `topic` is missing: at least one is required.");
  for (const std::string& topic : fields.update.topics) {
    if (!is_protocol_string(topic)) return invalid("A `topic`" + std::string(kNotProtocolString));
    if (topic == "*") return invalid("A `topic` must not be `*`, which stands for every topic in matchers.");
    if (exceeds(topic.size(), limits.topic_bytes))
      return too_large("A `topic`", limits.topic_bytes, " bytes.");
  }
  if (exceeds(fields.topic_count, limits.topics_per_update)) {
    return too_large("The number of `topic` fields", limits.topics_per_update, ".");
  }
  return {};
}

/// PUB-13 to PUB-16.
Result<void> settle_id(std::string& id, const ProtocolLimits& limits) {
  if (!id.empty()) {
    if (!is_protocol_string(id)) return invalid("The field `id`" + std::string(kNotProtocolString));
    if (id.front() == '#')
      return invalid("The field `id` must not start with `#`: such ids are the hub's own.");
    if (id == "earliest")
      return invalid("The field `id` must not be `earliest`, a cursor with a meaning of its own.");
    if (exceeds(id.size(), limits.id_bytes)) return too_large("The field `id`", limits.id_bytes, " bytes.");
  }
  // Outer spaces do not survive the Last-Event-ID header field, so nobody could resume there.
  if (id.empty() || id.front() == ' ' || id.back() == ' ') id = Uuid::random().urn();
  return {};
}

Result<void> check_type(const std::string& type, const ProtocolLimits& limits) {
  if (!is_protocol_string(type)) return invalid("The field `type`" + std::string(kNotProtocolString));
  if (type == "mercure")
    return invalid("The field `type` must not be `mercure`: the hub's own events have it.");
  if (exceeds(type.size(), limits.type_bytes))
    return too_large("The field `type`", limits.type_bytes, " bytes.");
  return {};
}

Result<void> check_retry(const std::string& retry, const ProtocolLimits& limits) {
  if (!std::all_of(retry.begin(), retry.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return invalid("The field `retry` must hold ASCII digits only: a number of milliseconds.");
  }
  if (exceeds(retry.size(), limits.retry_bytes)) {
    return too_large("The field `retry`", limits.retry_bytes, " digits.");
  }
  return {};
}

}  // namespace

Result<Update> parse_publish(std::string_view body, const ProtocolLimits& limits) {
  if (exceeds(body.size(), limits.body_bytes)) return too_large("The body", limits.body_bytes, " bytes.");
  Result<Fields> fields = read_fields(body, limits);
  if (!fields) return fields.error();
  Update& update = fields->update;
  if (Result<void> checked = check_topics(*fields, limits); !checked) return checked.error();
  if (Result<void> checked = check_type(update.type, limits); !checked) return checked.error();
  if (Result<void> checked = check_retry(update.retry, limits); !checked) return checked.error();
  if (Result<void> settled = settle_id(update.id, limits); !settled) return settled.error();
  return std::move(update);
}

Result<void> check_reserved(Topics& topics, const HubPath& path, HubScheme scheme) {
  for (Topic& topic : topics) {
    if (!path.may_reserve(topic.text())) continue;
    const url::Url* url = topic.url(scheme);
    if (url && path.reserves(*url)) {
      return invalid("A `topic` must not be empty or address the hub's own URL or what lies below it.");
    }
  }
  return {};
}

}  // namespace cinnabar
