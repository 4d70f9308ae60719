// SPDX-License-Identifier: Apache-2.0
#include "protocol/subscribe_request.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "protocol/form.h"
#include "protocol/text.h"

namespace cinnabar {
namespace {

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

bool exceeds(std::size_t size, std::size_t limit) { return limit != 0 && size > limit; }

/// SUB-10: "match" in any mix of cases, and whatever follows it.
bool is_in_matcher_namespace(std::string_view name) {
  constexpr std::string_view kPrefix = "match";
  if (name.size() < kPrefix.size()) return false;
  for (std::size_t i = 0; i < kPrefix.size(); ++i) {
    const char c = name[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower != kPrefix[i]) return false;
  }
  return true;
}

/// The parameters of SUB-9 and COMPAT-4, in the order of SUB-27.
struct Parameter {
  std::string_view name;
  MatcherType type;
};
constexpr std::array kParameters = {
    Parameter{"match", MatcherType::kExact}, Parameter{"match_exact", MatcherType::kExact},
    Parameter{"match_urlpattern", MatcherType::kUrlPattern}, Parameter{"topic", MatcherType::kTopic}};

/// The cursors of COMPAT-9, in order of precedence, and which mode reads them.
struct LegacyCursor {
  std::string_view name;
  bool needs_version_7;
};
constexpr std::array kLegacyCursors = {LegacyCursor{"lastEventID", false},
                                       LegacyCursor{"Last-Event-ID", true},
                                       LegacyCursor{"lastEventId", false}};

/// Reads both components into one request.
class Reader {
 public:
  Reader(const ProtocolLimits& limits, const HubUrl& hub, Compatibility compatibility)
      : limits_(limits), hub_(hub), compatibility_(compatibility) {}

  Result<void> read_query(std::string_view query) { return read(query, query_cursor_, /*is_body=*/false); }
  Result<void> read_body(std::string_view body) { return read(body, body_cursor_, /*is_body=*/true); }

  Result<SubscribeRequest> finish() {
    if (matcher_count_ + selector_count_ == 0) {
      if (is_compatible()) {
        return invalid("No matcher parameter: name at least one topic with `match` or `topic`.");
      }
      // D2: what a client of protocol versions before 1.0 sends.
      if (has_topic_) {
        return invalid("No matcher parameter: name the topics with `match`; `topic` has no effect here.");
      }
      return invalid("No matcher parameter: name at least one topic with `match`.");
    }
    std::vector<Matcher> matchers;  // SUB-27: by name, then by position
    matchers.reserve(matcher_count_ + selector_count_);
    for (std::vector<Matcher>& given : given_) {
      matchers.insert(matchers.end(), std::make_move_iterator(given.begin()),
                      std::make_move_iterator(given.end()));
    }
    SubscribeRequest request;
    request.matchers = MatcherSet(std::move(matchers));
    request.last_event_id = query_cursor_ ? std::move(query_cursor_) : std::move(body_cursor_);
    request.legacy = selector_count_ != 0;
    for (std::string& cursor : legacy_cursors_) {
      if (cursor.empty()) continue;  // COMPAT-10
      request.legacy = true;
      if (!request.last_event_id || request.last_event_id->empty()) request.last_event_id = std::move(cursor);
    }
    return request;
  }

 private:
  bool is_compatible() const { return compatibility_ != Compatibility::kNone; }

  Result<void> read(std::string_view component, std::optional<std::string>& cursor, bool is_body) {
    FormReader pairs(component);
    std::string name, value;
    while (pairs.next(name, value)) {
      // A query may hold foreign parameters of any bytes (SUB-11); a body is ours alone.
      if (is_body && (!is_utf8(name) || !is_utf8(value))) {
        return invalid("The body has a field whose name or value is not valid UTF-8.");
      }
      if (is_in_matcher_namespace(name) || (name == "topic" && is_compatible())) {
        if (Result<void> added = add_matcher(name, std::move(value)); !added) return added;
      } else if (name == "last_event_id") {
        if (!cursor) cursor = std::move(value);  // SUB-6: the first
      } else if (name == "topic") {
        has_topic_ = true;
      } else if (is_compatible()) {
        read_legacy_cursor(name, std::move(value));
      }
    }
    return {};
  }

  /// Keeps the first value, so that the query's, which is read first, wins as in SUB-6.
  void read_legacy_cursor(std::string_view name, std::string value) {
    for (std::size_t i = 0; i < kLegacyCursors.size(); ++i) {
      const auto& [known, needs_version_7] = kLegacyCursors[i];
      if (name != known || (needs_version_7 && compatibility_ != Compatibility::kVersion7)) continue;
      if (legacy_cursors_[i].empty()) legacy_cursors_[i] = std::move(value);
      return;
    }
  }

  Result<void> add_matcher(std::string_view name, std::string value) {
    const auto parameter =
        std::find_if(kParameters.begin(), kParameters.end(), [&](const auto& p) { return p.name == name; });
    if (parameter == kParameters.end()) {
      return invalid(
          "A parameter whose name starts with `match` is none that this hub knows: use `match`, "
          "`match_exact` "
          "or `match_urlpattern`, in lower case.");
    }
    const std::string quoted = "`" + std::string(name) + "`";
    if (!is_protocol_string(value)) {
      return invalid("A value of " + quoted +
                     " must be valid UTF-8 without control characters and without Unicode format characters "
                     "(category Cf).");
    }
    if (exceeds(value.size(), limits_.pattern_bytes)) {
      return invalid("A value of " + quoted + " exceeds the limit of " +
                     std::to_string(limits_.pattern_bytes) + " bytes.");
    }
    if (Result<void> counted = count(parameter->type); !counted) return counted;
    std::vector<Matcher>& given = given_[static_cast<std::size_t>(parameter - kParameters.begin())];
    if (parameter->type == MatcherType::kTopic) {
      given.push_back(Matcher::topic_selector(std::move(value)));
      return {};
    }
    Result<Matcher> matcher = Matcher::make(parameter->type, std::move(value), hub_);
    if (!matcher) return invalid("A value of " + quoted + " is invalid. " + matcher.error().detail);
    given.push_back(std::move(*matcher));
    return {};
  }

  /// LIM-1 and COMPAT-8, before identical matchers are merged.
  Result<void> count(MatcherType type) {
    if (type == MatcherType::kTopic) {
      if (!exceeds(++selector_count_, limits_.selectors_per_request)) return {};
      return invalid("The number of `topic` parameters exceeds the limit of " +
                     std::to_string(limits_.selectors_per_request) + " per request.");
    }
    if (!exceeds(++matcher_count_, limits_.matchers_per_request)) return {};
    return invalid("The number of matcher parameters exceeds the limit of " +
                   std::to_string(limits_.matchers_per_request) + " per request.");
  }

  const ProtocolLimits& limits_;
  const HubUrl& hub_;
  Compatibility compatibility_;
  std::array<std::vector<Matcher>, kParameters.size()> given_;  // by parameter
  std::size_t matcher_count_ = 0;
  std::size_t selector_count_ = 0;
  std::optional<std::string> query_cursor_, body_cursor_;
  std::array<std::string, kLegacyCursors.size()> legacy_cursors_;  // empty: none
  bool has_topic_ = false;
};

}  // namespace

Result<SubscribeRequest> parse_subscribe(std::string_view query, std::string_view body,
                                         const ProtocolLimits& limits, const HubUrl& hub,
                                         Compatibility compatibility) {
  Reader reader(limits, hub, compatibility);
  if (Result<void> read = reader.read_query(query); !read) return read.error();
  if (Result<void> read = reader.read_body(body); !read) return read.error();
  return reader.finish();
}

}  // namespace cinnabar
