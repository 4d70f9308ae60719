// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "url/pattern/matcher.h"

namespace cinnabar::url::pattern {
namespace {

/// What follows the wildcard of the group `part`.
struct Following {
  bool is_end = false;
  bool is_delimiter = false;  // text that begins with it
  bool is_all_text = false;   // to the end
};

Following what_follows(const StoredParts& parts, std::size_t part, char delimiter) {
  Following following;
  std::string_view text = parts.suffix(part);
  std::size_t next = part + 1;
  while (text.empty() && next < parts.size() && parts.is_text(next)) text = parts.value(next++);
  if (text.empty() && next < parts.size()) text = parts.prefix(next);
  following.is_end = text.empty() && next == parts.size();
  following.is_delimiter = delimiter != '\0' && !text.empty() && text[0] == delimiter;
  while (next < parts.size() && parts.is_text(next)) ++next;
  following.is_all_text =
      next == parts.size() && (next == part + 1 || parts.modifier(next - 1) == Modifier::kNone);
  return following;
}

/// `on_group` is told what each group takes.
template <class OnGroup>
bool run(const StoredParts& parts, char delimiter, std::string_view rest, OnGroup on_group) {
  const auto skip = [&rest](std::string_view text) {
    if (!rest.starts_with(text)) return false;
    rest.remove_prefix(text.size());
    return true;
  };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (rest.empty() && parts.modifier(i) == Modifier::kOptional) {
      if (!parts.is_text(i)) on_group(std::nullopt);
      return true;
    }
    if (parts.is_text(i)) {
      if (!skip(parts.value(i))) return false;
      continue;
    }
    if (!skip(parts.prefix(i))) return false;
    std::size_t length = rest.size();
    if (parts.type(i) == PartType::kFullWildcard) {
      std::size_t tail = parts.suffix(i).size();
      for (std::size_t k = i + 1; k < parts.size(); ++k) tail += parts.value(k).size();
      if (tail > length) return false;
      length -= tail;
    } else {
      if (delimiter != '\0') length = std::min(length, rest.find(delimiter));
      if (length == 0) return false;
    }
    on_group(Captures::value_type(rest.substr(0, length)));
    rest.remove_prefix(length);
    if (!skip(parts.suffix(i))) return false;
  }
  return rest.empty();
}

}  // namespace

bool is_sequence(const StoredParts& parts, char delimiter) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Modifier modifier = parts.modifier(i);
    const bool is_last = i + 1 == parts.size();
    if (modifier != Modifier::kNone && !(is_last && modifier == Modifier::kOptional)) return false;
    if (parts.is_text(i)) continue;
    const Following following = what_follows(parts, i, delimiter);
    const bool is_segment = parts.type(i) == PartType::kSegmentWildcard;
    if (is_segment ? !following.is_end && !following.is_delimiter : !following.is_all_text) return false;
  }
  return true;
}

bool test_sequence(const StoredParts& parts, char delimiter, std::string_view input) {
  return run(parts, delimiter, input, [](const Captures::value_type&) {});
}

bool exec_sequence(const StoredParts& parts, char delimiter, std::string_view input, Captures& captures) {
  captures.clear();
  return run(parts, delimiter, input,
             [&captures](const Captures::value_type& group) { captures.push_back(group); });
}

}  // namespace cinnabar::url::pattern
