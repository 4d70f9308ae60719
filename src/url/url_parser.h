// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "url/url.h"
#include "url/url_parser_path.h"

namespace cinnabar::url {

/// One run of the basic URL parser (URL Standard, section 4.4) without state override. It writes the
/// serialisation while it reads, so that the parts of the URL never exist on their own.
///
/// Each function is one or some states of the standard, takes the position in the input at which that
/// state is entered, and answers nullptr, or one sentence that says what is wrong with the input.
class UrlParser {
 public:
  /// `input` is what ParserInput makes of it; `url` is new.
  UrlParser(std::string_view input, const Url* base, Url& url) : input_(input), base_(base), url_(url) {}

  const char* run();

 private:
  enum class Kind : unsigned char { kFile, kSpecial, kOther };

  char at(std::size_t position) const { return position < input_.size() ? input_[position] : '\0'; }
  bool ends(std::size_t position) const { return position >= input_.size(); }
  bool is_slash(std::size_t position) const {
    return !ends(position) && (input_[position] == '/' || (is_special() && input_[position] == '\\'));
  }
  bool is_special() const { return kind_ != Kind::kOther; }
  PathRules path_rules() const { return {is_special(), kind_ == Kind::kFile, false}; }

  std::size_t scheme_length() const;
  void set_scheme(std::string_view scheme);
  const char* no_scheme();
  const char* relative(std::size_t position);
  const char* relative_path(std::size_t position);
  const char* special_authority(std::size_t position);
  const char* authority(std::size_t position);
  const char* host_and_port(std::size_t position, std::size_t end);
  const char* file(std::size_t position);
  const char* file_host(std::size_t position);
  const char* path_start(std::size_t position);
  const char* path(std::size_t position);
  const char* opaque_path(std::size_t position);
  const char* query_and_fragment(std::size_t position);

  void append_credentials(std::string_view text);
  const char* append_port(std::string_view digits);
  void begin_authority();
  void copy_authority();
  void begin_path();
  void end_path();

  std::string_view input_;
  const Url* base_;
  Url& url_;
  Kind kind_ = Kind::kOther;
  bool scheme_given_ = false;  // by the input, not by the base
};

}  // namespace cinnabar::url
