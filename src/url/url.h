// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cinnabar::url {

/// A parsed URL (URL Standard, section 4): its serialisation as one string, and offsets into it.
/// Parsing a typical absolute URL costs one allocation. A value type; any thread.
class Url {
 public:
  /// How much a URL took from the base that it was resolved against.
  enum class BaseUse : std::uint8_t {
    kNone,       ///< nothing: the input was absolute
    kScheme,     ///< the scheme alone ("//host/path")
    kAuthority,  ///< scheme, user information, host and port ("/path", "path", "?query", "#fragment", "")
  };

  /// The basic URL parser (URL Standard, section 4.4) without state override, on UTF-8; bytes that
  /// are not UTF-8 count as U+FFFD. Errors: kInvalid, with one sentence that says which part is wrong.
  static Result<Url> parse(std::string_view input, const Url* base = nullptr);

  /// The URL serialiser's result, fragment included.
  const std::string& href() const { return href_; }
  /// Without the colon: "https".
  std::string_view scheme() const { return part(0, scheme_end_); }
  std::string_view username() const { return part(username_start_, username_end_); }
  std::string_view password() const;  ///< without the colon
  /// Serialised, without the port; empty for both the empty and the absent host.
  std::string_view hostname() const { return part(host_start_, host_end_); }
  bool has_host() const { return has_host_; }  ///< not null; it may be empty
  std::string_view port() const;               ///< decimal digits; empty: absent, or the scheme's default
  std::string_view pathname() const { return part(path_start_, path_end_); }
  std::string_view query() const;     ///< without the question mark; empty for both empty and absent
  std::string_view fragment() const;  ///< without the number sign; empty for both empty and absent
  bool has_query() const { return has_query_; }
  bool has_fragment() const { return has_fragment_; }

  /// ftp, file, http, https, ws, wss.
  bool is_special() const { return is_special_; }
  bool has_opaque_path() const { return has_opaque_path_; }
  BaseUse base_use() const { return base_use_; }
  /// "https://example.com:8443", or "null" for what has an opaque origin (URL Standard, section 4.7).
  std::string origin() const;

  friend bool operator==(const Url& a, const Url& b) { return a.href_ == b.href_; }

 private:
  friend class UrlParser;

  Url() = default;
  std::string_view part(std::uint32_t begin, std::uint32_t end) const {
    return {href_.data() + begin, end - begin};
  }

  // scheme ":" "//" username ":" password "@" host ":" port path "?" query "#" fragment
  //       |        |        |               |    |         |    |         |
  // scheme_end_    |   username_end_  host_start_|         | path_end_    |
  //          username_start_                host_end_  path_start_    query_end_
  //
  // Where there is no password, user information, port or query, its two ends meet or have only the
  // separators between them. "/." between a scheme and a path that starts with "//" is part of neither.
  std::string href_;
  std::uint32_t scheme_end_ = 0;
  std::uint32_t username_start_ = 0;
  std::uint32_t username_end_ = 0;
  std::uint32_t host_start_ = 0;
  std::uint32_t host_end_ = 0;
  std::uint32_t path_start_ = 0;
  std::uint32_t path_end_ = 0;
  std::uint32_t query_end_ = 0;
  bool has_host_ = false;
  bool has_query_ = false;
  bool has_fragment_ = false;
  bool is_special_ = false;
  bool has_opaque_path_ = false;
  BaseUse base_use_ = BaseUse::kNone;
};

/// The default port of a special scheme, as text; empty: none.
std::string_view default_port(std::string_view scheme);
bool is_special_scheme(std::string_view scheme);

}  // namespace cinnabar::url
