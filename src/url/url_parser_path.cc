// SPDX-License-Identifier: Apache-2.0
#include "url/url_parser_path.h"

#include <array>
#include <cstdint>

#include "url/percent_encoding.h"

namespace cinnabar::url {
namespace {

/// What a byte means while a path is copied as a whole.
enum PathByte : std::uint8_t {
  kPlain,
  kEnd,        // "?" or "#"
  kMaybeDots,  // "." or "%": a dot segment if it starts one
  kSeparator,  // "/"
  kOther,      // must be encoded, or may be replaced
};

constexpr std::array<std::uint8_t, 256> make_path_bytes() {
  std::array<std::uint8_t, 256> bytes{};
  for (std::size_t c = 0; c < bytes.size(); ++c) {
    const char byte = static_cast<char>(static_cast<unsigned char>(c));
    bytes[c] = must_encode(byte, EncodeSet::kPath) || byte == '\\' || byte == '|' ? kOther : kPlain;
  }
  bytes['?'] = bytes['#'] = kEnd;
  bytes['.'] = bytes['%'] = kMaybeDots;
  bytes['/'] = kSeparator;
  return bytes;
}

constexpr std::array<std::uint8_t, 256> kPathBytes = make_path_bytes();

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// How many dots a segment consists of, with "%2e" for a dot; 0 if it holds anything else, or more
/// than two.
int dots_of(std::string_view segment) {
  if (segment.size() > 6) return 0;
  int dots = 0;
  while (!segment.empty()) {
    if (segment[0] == '.') {
      segment.remove_prefix(1);
    } else if (segment.starts_with("%2e") || segment.starts_with("%2E")) {
      segment.remove_prefix(3);
    } else {
      return 0;
    }
    ++dots;
  }
  return dots <= 2 ? dots : 0;
}

}  // namespace

bool is_drive_letter(std::string_view text) {
  return text.size() == 2 && is_letter(text[0]) && (text[1] == ':' || text[1] == '|');
}

bool starts_with_drive_letter(std::string_view text) {
  if (!is_drive_letter(text.substr(0, 2))) return false;
  return text.size() == 2 || text[2] == '/' || text[2] == '\\' || text[2] == '?' || text[2] == '#';
}

bool path_has_drive_letter(std::string_view path) {
  return path.size() >= 3 && path[0] == '/' && is_letter(path[1]) && path[2] == ':' &&
         (path.size() == 3 || path[3] == '/');
}

void shorten_path(std::string& out, std::size_t path_start, bool is_file) {
  const auto path = std::string_view(out).substr(path_start);
  if (is_file && path.size() == 3 && path_has_drive_letter(path)) return;
  const std::size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) out.resize(path_start + slash);
}

namespace {

/// Segment by segment, for paths that are not copied as they are.
std::size_t append_segments(std::string& out, std::size_t path_start, std::string_view input, std::size_t at,
                            const PathRules& rules) {
  for (;;) {
    std::size_t end = at;
    bool is_slash = false;
    for (; end < input.size(); ++end) {
      const char c = input[end];
      is_slash = c == '/' || (rules.is_special && c == '\\');
      if (is_slash || (!rules.is_all && (c == '?' || c == '#'))) break;
    }
    const std::string_view segment = input.substr(at, end - at);
    const int dots = dots_of(segment);
    if (dots == 2) shorten_path(out, path_start, rules.is_file);
    if (dots == 0) {
      out += '/';
      if (rules.is_file && out.size() == path_start + 1 && is_drive_letter(segment)) {
        out += segment[0];
        out += ':';
      } else {
        append_encoded(out, segment, EncodeSet::kPath);
      }
    } else if (!is_slash) {
      out += '/';
    }
    if (!is_slash) return end;
    at = end + 1;
  }
}

}  // namespace

std::size_t append_path(std::string& out, std::size_t path_start, std::string_view input, std::size_t at,
                        const PathRules& rules) {
  bool segment_starts = true;
  std::size_t end = at;
  for (; end < input.size(); ++end) {
    const auto kind = kPathBytes[static_cast<unsigned char>(input[end])];
    if (kind == kPlain) {
      segment_starts = false;
      continue;
    }
    if (kind == kEnd && !rules.is_all) break;
    if (kind >= kOther || kind == kEnd || (kind == kMaybeDots && segment_starts)) {
      return append_segments(out, path_start, input, at, rules);
    }
    segment_starts = kind == kSeparator;
  }
  out += '/';
  out.append(input, at, end - at);
  return end;
}

}  // namespace cinnabar::url
