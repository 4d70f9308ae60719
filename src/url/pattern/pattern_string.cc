// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/pattern_string.h"

#include <cstddef>
#include <string_view>

namespace cinnabar::url::pattern {
namespace {

/// "Escape a pattern string".
void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (std::string_view("+*?:{}()\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
}

void append_modifier(std::string& out, Modifier modifier) {
  if (modifier == Modifier::kOptional) out += '?';
  if (modifier == Modifier::kZeroOrMore) out += '*';
  if (modifier == Modifier::kOneOrMore) out += '+';
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool starts_with_digit(std::string_view text) { return !text.empty() && is_digit(text[0]); }

/// Whether `text` would carry on a name before it: "is a valid name code point" of its first one.
/// Canonical text is ASCII.
bool continues_name(std::string_view text) {
  if (text.empty()) return false;
  const char c = text[0];
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

bool is_prefix_code_point(std::string_view text, const Options& options) {
  return options.prefix != '\0' && text == std::string_view(&options.prefix, 1);
}

bool ends_with_prefix_code_point(std::string_view text, const Options& options) {
  return options.prefix != '\0' && !text.empty() && text.back() == options.prefix;
}

/// Whether the group `part` must stand in braces, so as not to take in its neighbours or be taken by them.
bool needs_grouping(const Part* previous, const Part& part, const Part* next, const Options& options) {
  if (!part.suffix.empty()) return true;
  if (!part.prefix.empty() && !is_prefix_code_point(part.prefix, options)) return true;
  if (!starts_with_digit(part.name) && part.type == PartType::kSegmentWildcard &&
      part.modifier == Modifier::kNone && next != nullptr && next->prefix.empty() && next->suffix.empty()) {
    if (next->type == PartType::kFixedText ? continues_name(next->value) : starts_with_digit(next->name)) {
      return true;
    }
  }
  return part.prefix.empty() && previous != nullptr && previous->type == PartType::kFixedText &&
         ends_with_prefix_code_point(previous->value, options);
}

void append_group(std::string& out, const Part* previous, const Part& part, const Part* next,
                  const Options& options) {
  const bool custom_name = !starts_with_digit(part.name);
  const bool braces = needs_grouping(previous, part, next, options);
  if (braces) out += '{';
  append_escaped(out, part.prefix);
  if (custom_name) out.append(":").append(part.name);
  if (part.type == PartType::kRegexp) {
    out.append("(").append(part.value).append(")");
  } else if (part.type == PartType::kSegmentWildcard && !custom_name) {
    out.append("(").append(segment_wildcard_regexp(options)).append(")");
  } else if (part.type == PartType::kFullWildcard) {
    const bool asterisk =
        !custom_name && (previous == nullptr || previous->type == PartType::kFixedText ||
                         previous->modifier != Modifier::kNone || braces || !part.prefix.empty());
    out += asterisk ? "*" : "(.*)";
  }
  if (part.type == PartType::kSegmentWildcard && custom_name && continues_name(part.suffix)) out += '\\';
  append_escaped(out, part.suffix);
  if (braces) out += '}';
  append_modifier(out, part.modifier);
}

}  // namespace

std::string segment_wildcard_regexp(const Options& options) {
  std::string out = "[^";
  if (options.delimiter != '\0') out.append("\\") += options.delimiter;
  return out += "]+?";
}

std::string pattern_string(const PartList& parts, const Options& options) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    if (part.type != PartType::kFixedText) {
      append_group(out, i > 0 ? &parts[i - 1] : nullptr, part, i + 1 < parts.size() ? &parts[i + 1] : nullptr,
                   options);
    } else if (part.modifier == Modifier::kNone) {
      append_escaped(out, part.value);
    } else {
      out += '{';
      append_escaped(out, part.value);
      out += '}';
      append_modifier(out, part.modifier);
    }
  }
  return out;
}

}  // namespace cinnabar::url::pattern
