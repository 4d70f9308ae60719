// SPDX-License-Identifier: Apache-2.0
#include "url/url_parser.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "url/host.h"
#include "url/percent_encoding.h"

namespace cinnabar::url {
namespace {

constexpr const char* kNoHost = "the URL's host is empty; write one after the //";
constexpr const char* kNoBase =
    "the URL has no scheme, so it needs a base URL with a path to be resolved against; start it with one, as "
    "in https://";
constexpr const char* kBadPort = "the URL's port is no number from 0 to 65535";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); }

/// What ends an authority, a host or an opaque path, as bits to choose from.
enum Ends : std::uint8_t { kQueryOrFragment = 1, kSlash = 2, kBackslash = 4 };

constexpr std::array<std::uint8_t, 256> make_ends() {
  std::array<std::uint8_t, 256> ends{};
  ends['?'] = ends['#'] = kQueryOrFragment;
  ends['/'] = kSlash;
  ends['\\'] = kBackslash;
  return ends;
}

/// The first of `ends` in `text` from `at`, or the end of `text`.
std::size_t find_end(std::string_view text, std::size_t at, unsigned ends) {
  static constexpr std::array<std::uint8_t, 256> kEnds = make_ends();
  while (at < text.size() && (kEnds[static_cast<unsigned char>(text[at])] & ends) == 0) ++at;
  return at;
}

std::uint32_t offset(std::size_t size) { return static_cast<std::uint32_t>(size); }

}  // namespace

/// The scheme start and scheme states.
const char* UrlParser::run() {
  const std::size_t length = scheme_length();
  // Room for all that parsing adds when nothing must be encoded: a slash here and there.
  url_.href_.reserve(input_.size() + 4 + (base_ != nullptr && length == 0 ? base_->path_end_ : 0));
  if (length == 0) return no_scheme();
  set_scheme(input_.substr(0, length));
  scheme_given_ = true;
  const std::size_t position = length + 1;
  if (kind_ == Kind::kFile) return file(position);
  if (kind_ == Kind::kSpecial) {
    // The special relative or authority state, and the special authority slashes state.
    const bool same_scheme = base_ != nullptr && base_->scheme() == url_.scheme();
    const bool has_slashes = at(position) == '/' && at(position + 1) == '/';
    return same_scheme && !has_slashes ? relative(position) : special_authority(position);
  }
  if (at(position) != '/') return opaque_path(position);
  // The path or authority state.
  if (at(position + 1) == '/') return authority(position + 2);
  begin_path();
  return path(position + 1);
}

/// The number of characters before the colon that ends a scheme; 0 if the input starts with none.
std::size_t UrlParser::scheme_length() const {
  if (input_.starts_with("https:")) return 5;  // most of them
  if (input_.empty() || !is_letter(input_[0])) return 0;
  for (std::size_t i = 1; i < input_.size(); ++i) {
    const char c = input_[i];
    if (c == ':') return i;
    if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return 0;
  }
  return 0;
}

/// Starts the serialisation with the scheme and its colon.
void UrlParser::set_scheme(std::string_view scheme) {
  std::string& href = url_.href_;
  href.assign(scheme);
  if (scheme == "https") {  // most of them
    kind_ = Kind::kSpecial;
  } else {
    for (char& c : href) c = lower(c);
    if (is_special_scheme(href)) kind_ = href == "file" ? Kind::kFile : Kind::kSpecial;
  }
  url_.is_special_ = is_special();
  href += ':';
  url_.scheme_end_ = offset(scheme.size());
  url_.username_start_ = url_.username_end_ = offset(href.size());
  url_.host_start_ = url_.host_end_ = offset(href.size());
}

const char* UrlParser::no_scheme() {
  if (base_ == nullptr) return kNoBase;
  if (!base_->has_opaque_path_) {
    set_scheme(base_->scheme());
    return kind_ == Kind::kFile ? file(0) : relative(0);
  }
  if (at(0) != '#') return kNoBase;
  url_ = *base_;
  url_.href_.resize(base_->query_end_);
  url_.has_fragment_ = false;
  url_.base_use_ = Url::BaseUse::kAuthority;
  return query_and_fragment(0);
}

/// The relative and relative slash states.
const char* UrlParser::relative(std::size_t position) {
  if (!is_slash(position)) return relative_path(position);
  const bool has_authority = is_slash(position + 1);
  if (!has_authority) {
    copy_authority();
    begin_path();
    return path(position + 1);
  }
  if (!scheme_given_) url_.base_use_ = Url::BaseUse::kScheme;
  return is_special() ? special_authority(position + 2) : authority(position + 2);
}

/// The end of the relative state and of the file state: what takes the base's path too.
const char* UrlParser::relative_path(std::size_t position) {
  const Url& base = *base_;
  copy_authority();
  begin_path();
  url_.href_.append(base.pathname());
  if (!ends(position) && at(position) != '?' && at(position) != '#') {
    const bool is_file = kind_ == Kind::kFile;
    if (is_file && starts_with_drive_letter(input_.substr(position))) {
      url_.href_.resize(url_.path_start_);
    } else {
      shorten_path(url_.href_, url_.path_start_, is_file);
    }
    return path(position);
  }
  end_path();
  if (at(position) != '?' && base.has_query_) {
    url_.href_.append(base.part(base.path_end_, base.query_end_));
    url_.has_query_ = true;
  }
  return query_and_fragment(position);
}

/// The special authority ignore slashes state.
const char* UrlParser::special_authority(std::size_t position) {
  while (is_slash(position)) ++position;
  return authority(position);
}

/// The authority state: finds the end of the authority and of the user information in it.
const char* UrlParser::authority(std::size_t position) {
  begin_authority();
  if (is_special()) {
    const std::size_t end = position + plain_domain_length(input_.substr(position));
    const std::string_view host = input_.substr(position, end - position);
    const bool is_whole = ends(end) || at(end) == '/' || at(end) == '?' || at(end) == '#';
    if (is_whole && !host.empty() && !may_end_in_number(host)) {
      url_.href_.append(host);
      url_.host_end_ = offset(url_.href_.size());
      return path_start(end);
    }
  }
  const std::size_t end =
      find_end(input_, position, kQueryOrFragment | kSlash | (is_special() ? kBackslash : 0));
  const std::string_view all = input_.substr(position, end - position);
  const std::size_t at_sign = all.rfind('@');
  if (at_sign != std::string_view::npos) {
    if (at_sign + 1 == all.size()) return kNoHost;
    append_credentials(all.substr(0, at_sign));
    position += at_sign + 1;
  }
  return host_and_port(position, end);
}

void UrlParser::append_credentials(std::string_view text) {
  std::string& href = url_.href_;
  const std::size_t colon = text.find(':');
  append_encoded(href, text.substr(0, colon), EncodeSet::kUserinfo);
  url_.username_end_ = offset(href.size());
  if (colon != std::string_view::npos && colon + 1 < text.size()) {
    href += ':';
    append_encoded(href, text.substr(colon + 1), EncodeSet::kUserinfo);
  }
  if (href.size() > url_.username_start_) href += '@';
  url_.host_start_ = offset(href.size());
}

/// The host and port states.
const char* UrlParser::host_and_port(std::size_t position, std::size_t end) {
  const std::string_view text = input_.substr(position, end - position);
  std::size_t colon = 0;
  bool inside_brackets = false;
  for (; colon < text.size() && (text[colon] != ':' || inside_brackets); ++colon) {
    if (text[colon] == '[') inside_brackets = true;
    if (text[colon] == ']') inside_brackets = false;
  }
  if (colon == 0 && (is_special() || !text.empty())) return kNoHost;
  if (const char* const wrong = append_host(url_.href_, text.substr(0, colon), !is_special())) return wrong;
  url_.host_end_ = offset(url_.href_.size());
  if (colon < text.size()) {
    if (const char* const wrong = append_port(text.substr(colon + 1))) return wrong;
  }
  return path_start(end);
}

const char* UrlParser::append_port(std::string_view digits) {
  if (digits.empty()) return nullptr;
  std::uint32_t port = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return kBadPort;
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
    if (port > 65535) return kBadPort;
  }
  const std::string text = std::to_string(port);
  if (text != default_port(url_.scheme())) url_.href_.append(":").append(text);
  return nullptr;
}

/// The file and file slash states.
const char* UrlParser::file(std::size_t position) {
  const bool has_base = base_ != nullptr && base_->scheme() == "file";
  if (is_slash(position) && is_slash(position + 1)) {
    if (!scheme_given_) url_.base_use_ = Url::BaseUse::kScheme;
    return file_host(position + 2);
  }
  if (has_base && !is_slash(position)) return relative_path(position);
  if (has_base) {
    copy_authority();
  } else {
    begin_authority();
  }
  begin_path();
  if (!is_slash(position)) return path(position);
  ++position;
  if (has_base && !starts_with_drive_letter(input_.substr(position)) &&
      path_has_drive_letter(base_->pathname())) {
    url_.href_.append(base_->pathname().substr(0, 3));
  }
  return path(position);
}

const char* UrlParser::file_host(std::size_t position) {
  begin_authority();
  const std::size_t end = find_end(input_, position, kQueryOrFragment | kSlash | kBackslash);
  const std::string_view host = input_.substr(position, end - position);
  if (is_drive_letter(host)) {
    begin_path();
    return path(position);
  }
  if (!host.empty()) {
    if (const char* const wrong = append_host(url_.href_, host, false)) return wrong;
    if (std::string_view(url_.href_).substr(url_.host_start_) == "localhost") {
      url_.href_.resize(url_.host_start_);
    }
  }
  url_.host_end_ = offset(url_.href_.size());
  return path_start(end);
}

const char* UrlParser::path_start(std::size_t position) {
  begin_path();
  if (is_slash(position)) return path(position + 1);
  if (is_special()) return path(position);
  return query_and_fragment(position);  // not special: the path may be empty
}

const char* UrlParser::path(std::size_t position) {
  position = append_path(url_.href_, url_.path_start_, input_, position, path_rules());
  end_path();
  return query_and_fragment(position);
}

const char* UrlParser::opaque_path(std::size_t position) {
  begin_path();
  url_.has_opaque_path_ = true;
  const std::size_t end = find_end(input_, position, kQueryOrFragment);
  std::string_view text = input_.substr(position, end - position);
  const bool space_before_end = !ends(end) && text.ends_with(' ');
  if (space_before_end) text.remove_suffix(1);
  append_encoded(url_.href_, text, EncodeSet::kC0Control);
  if (space_before_end) url_.href_ += "%20";
  url_.path_end_ = url_.query_end_ = offset(url_.href_.size());
  return query_and_fragment(end);
}

/// The query and fragment states. Enters with "?", "#" or the end of the input at `position`.
const char* UrlParser::query_and_fragment(std::size_t position) {
  std::string& href = url_.href_;
  if (at(position) == '?') {
    const std::size_t end = std::min(input_.size(), input_.find('#', position));
    href += '?';
    append_encoded(href, input_.substr(position + 1, end - position - 1),
                   is_special() ? EncodeSet::kSpecialQuery : EncodeSet::kQuery);
    url_.has_query_ = true;
    position = end;
  }
  url_.query_end_ = offset(href.size());
  if (!ends(position)) {
    href += '#';
    append_encoded(href, input_.substr(position + 1), EncodeSet::kFragment);
    url_.has_fragment_ = true;
  }
  return nullptr;
}

void UrlParser::begin_authority() {
  url_.href_ += "//";
  url_.has_host_ = true;
  url_.username_start_ = url_.username_end_ = offset(url_.href_.size());
  url_.host_start_ = url_.host_end_ = offset(url_.href_.size());
}

/// User information, host and port of the base, which has the same scheme.
void UrlParser::copy_authority() {
  const Url& base = *base_;
  url_.base_use_ = Url::BaseUse::kAuthority;
  if (!base.has_host_) return;
  url_.href_.assign(base.href_, 0, base.path_start_);
  url_.has_host_ = true;
  url_.username_start_ = base.username_start_;
  url_.username_end_ = base.username_end_;
  url_.host_start_ = base.host_start_;
  url_.host_end_ = base.host_end_;
}

void UrlParser::begin_path() {
  url_.path_start_ = url_.path_end_ = url_.query_end_ = offset(url_.href_.size());
}

/// Without a host, a path that starts with "//" would read as one (URL serializer).
void UrlParser::end_path() {
  if (!url_.has_host_ && std::string_view(url_.href_).substr(url_.path_start_).starts_with("//")) {
    url_.href_.insert(url_.path_start_, "/.");
    url_.path_start_ += 2;
  }
  url_.path_end_ = url_.query_end_ = offset(url_.href_.size());
}

}  // namespace cinnabar::url
