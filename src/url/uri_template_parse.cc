// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "url/uri_template.h"
#include "url/uri_template_program.h"

namespace cinnabar::url {
namespace uri_template {
namespace {

/// Sections 2.1 to 2.4 of RFC 6570, over a text whose view it keeps.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Program> run();

 private:
  bool literal(std::string& out);
  bool beyond_ascii(std::string& out);
  bool expression(Expression& out);
  bool name(std::string& out);
  bool modifier(Variable& out);

  bool at_end() const { return at_ == text_.size(); }
  bool eat(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool fail(std::string_view what, std::size_t at, std::string_view why) {
    error_ = std::string(what) + " at position " + std::to_string(at) + std::string(why);
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string error_;
};

Result<Program> Parser::run() {
  Program program{std::string(text_), {}};
  while (!at_end()) {
    bool succeeded = false;
    if (text_[at_] == '{') {
      succeeded = expression(std::get<Expression>(program.parts.emplace_back(Expression{})));
    } else {
      succeeded = literal(std::get<std::string>(program.parts.emplace_back(std::string{})));
    }
    if (!succeeded) return Error{ErrorCode::kInvalid, std::move(error_)};
  }
  return program;
}

/// Section 2.1, up to the next "{" or the end.
bool Parser::literal(std::string& out) {
  while (!at_end() && text_[at_] != '{') {
    const char c = text_[at_];
    if (static_cast<unsigned char>(c) >= 0x80) {
      if (!beyond_ascii(out)) return false;
    } else if (is_encoded(text_, at_)) {
      out.append(text_, at_, 3);
      at_ += 3;
    } else if (is(c, kLiteral)) {
      out += c;
      ++at_;
    } else if (c == '%') {
      return fail("\"%\"", at_, " must be followed by two hexadecimal digits; write %25 for the sign itself");
    } else {
      return fail("a character that must be percent-encoded", at_, "");
    }
  }
  return true;
}

/// One character of the sets ucschar and iprivate (section 1.5), in UTF-8.
bool Parser::beyond_ascii(std::string& out) {
  const auto byte = [this](std::size_t i) -> unsigned {
    return at_ + i < text_.size() ? static_cast<unsigned char>(text_[at_ + i]) : 0U;
  };
  const unsigned lead = byte(0);
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  char32_t c = lead & (0xFFU >> (size + 1));
  bool is_valid = lead >= 0xC2 && lead <= 0xF4;
  for (std::size_t i = 1; i < size; ++i) {
    is_valid = is_valid && (byte(i) & 0xC0U) == 0x80;
    c = (c << 6) | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  is_valid = is_valid && c >= kLeast[size];
  // The planes from the second on lack their last two characters, and the 15th its first 4096.
  const bool is_allowed = c >= 0x10000 ? c <= 0x10FFFD && (c & 0xFFFE) != 0xFFFE && (c & 0xFF000) != 0xE0000
                                       : (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFDCF) ||
                                             (c >= 0xFDF0 && c <= 0xFFEF);
  if (!is_valid) return fail("a byte that is not UTF-8", at_, "");
  if (!is_allowed) return fail("a character that no URI may have, nor an IRI,", at_, "");
  out.append(text_, at_, size);
  at_ += size;
  return true;
}

/// Sections 2.2 and 2.3. REQUIRES: a "{" stands here.
bool Parser::expression(Expression& out) {
  const std::size_t start = at_++;
  out.op = kOperators[0];
  for (const Operator& op : kOperators) {
    if (op.name == '\0' || !eat(op.name)) continue;
    out.op = op;
    break;
  }
  if (!at_end() && std::string_view("=,!@|").find(text_[at_]) != std::string_view::npos) {
    return fail("the operator", at_, " is reserved for extensions, and stands for nothing yet");
  }
  do {
    Variable& variable = out.variables.emplace_back();
    if (!name(variable.name) || !modifier(variable)) return false;
    out.explodes = out.explodes || variable.explodes;
  } while (eat(','));
  if (eat('}')) return true;
  if (at_end()) return fail("\"{\"", start, " lacks its \"}\"");
  return fail("a character that may not stand in an expression", at_, "");
}

/// A varname: characters with single dots between.
bool Parser::name(std::string& out) {
  const std::size_t start = at_;
  bool needs_character = true;
  for (; !at_end(); ++at_) {
    if (is_encoded(text_, at_)) {
      at_ += 2;
    } else if (!is(text_[at_], kNameCharacter) && (text_[at_] != '.' || needs_character)) {
      break;
    }
    needs_character = text_[at_] == '.';
  }
  if (needs_character) {
    return fail("a variable's name", at_,
                " is missing or broken; it has letters, digits, \"_\", %XX and \".\"");
  }
  out = text_.substr(start, at_ - start);
  return true;
}

/// Section 2.4.
bool Parser::modifier(Variable& out) {
  if (eat('*')) {
    out.explodes = true;
  } else if (eat(':')) {
    const std::size_t start = at_;
    for (; !at_end() && text_[at_] >= '0' && text_[at_] <= '9' && at_ - start < 4; ++at_) {
      out.prefix = out.prefix * 10 + static_cast<std::size_t>(text_[at_] - '0');
    }
    if (at_ == start || text_[start] == '0') {
      return fail("a prefix length", start, " is missing; it is a number from 1 to 9999");
    }
  }
  return true;
}

}  // namespace
}  // namespace uri_template

Result<UriTemplate> UriTemplate::parse(std::string_view text) {
  auto program = uri_template::Parser(text).run();
  if (!program.ok()) return program.error();
  return UriTemplate(std::make_shared<const uri_template::Program>(std::move(*program)));
}

const std::string& UriTemplate::text() const { return program_->text; }

}  // namespace cinnabar::url
