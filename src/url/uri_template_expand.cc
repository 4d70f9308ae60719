// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "url/uri_template.h"
#include "url/uri_template_program.h"

namespace cinnabar::url {
namespace uri_template {
namespace {

/// Section 1.6 and 3.2.1 of RFC 6570: what is not allowed is percent-encoded. Where reserved
/// characters are allowed, so is what is percent-encoded already.
void append_encoded(std::string& out, std::string_view text, bool allows_reserved) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto allowed = static_cast<std::uint8_t>(allows_reserved ? kUnreserved | kReserved : kUnreserved);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is(text[i], allowed) || (allows_reserved && is_encoded(text, i))) {
      out += text[i];
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[i]);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15U];
  }
}

/// Literals, and the names of variables (sections 3.1 and 3.2.1).
void append_as_literal(std::string& out, std::string_view text) { append_encoded(out, text, true); }

bool is_continuation(unsigned char byte) { return (byte & 0xC0U) == 0x80; }

std::size_t size_by_lead(unsigned char byte) {
  if (byte >= 0xF0 && byte <= 0xF4) return 4;
  if (byte >= 0xE0 && byte < 0xF0) return 3;
  return byte >= 0xC2 && byte < 0xE0 ? 2 : 1;
}

/// The byte that three characters "%XX" stand for.
unsigned char decoded(std::string_view text, std::size_t at) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  return static_cast<unsigned char>(digit(text[at + 1]) * 16 + digit(text[at + 2]));
}

/// The first `count` characters (section 2.4.1). With `keeps_encoded`, what is percent-encoded will
/// stay so, and is not to be split either: the bytes of one character count as one.
std::string_view prefix_of(std::string_view text, std::size_t count, bool keeps_encoded) {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) {
    const bool is_triplet = keeps_encoded && is_encoded(text, at);
    const std::size_t unit = is_triplet ? 3 : 1;
    const auto byte_at = [&](std::size_t i) -> unsigned char {
      if (is_triplet) return is_encoded(text, i) ? decoded(text, i) : '\0';
      return i < text.size() ? static_cast<unsigned char>(text[i]) : '\0';
    };
    std::size_t left = size_by_lead(byte_at(at)) - 1;
    at += unit;
    for (; left > 0 && is_continuation(byte_at(at)); --left) at += unit;
  }
  return text.substr(0, at);
}

/// Appends the expansion of one expression, section 3.2 and appendix A.
class Expander {
 public:
  Expander(const Expression& expression, std::string& out) : op_(expression.op), out_(out) {}

  void add(const Variable& variable, std::string_view value) {
    begin(variable.name, value.empty());
    if (variable.prefix != 0) value = prefix_of(value, variable.prefix, op_.allows_reserved);
    append_encoded(out_, value, op_.allows_reserved);
  }

  void add(const Variable& variable, const TemplateList& list) {
    if (list.empty()) return;
    if (!variable.explodes) begin(variable.name, false);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (variable.explodes) {
        begin(variable.name, list[i].empty());
      } else if (i > 0) {
        out_ += ',';
      }
      append_encoded(out_, list[i], op_.allows_reserved);
    }
  }

  void add(const Variable& variable, const TemplatePairs& pairs) {
    if (pairs.empty()) return;
    if (!variable.explodes) begin(variable.name, false);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto& [key, value] = pairs[i];
      if (!variable.explodes) {
        if (i > 0) out_ += ',';
        append_encoded(out_, key, op_.allows_reserved);
        out_ += ',';
      } else if (op_.is_named) {
        begin(key, value.empty());
      } else {
        begin({}, false);
        append_encoded(out_, key, op_.allows_reserved);
        out_ += '=';
      }
      append_encoded(out_, value, op_.allows_reserved);
    }
  }

 private:
  /// What stands before a value: the separator, and for a named operator the name and "=".
  void begin(std::string_view name, bool is_empty) {
    const char sign = is_first_ ? op_.first : op_.separator;
    is_first_ = false;
    if (sign != '\0') out_ += sign;
    if (!op_.is_named) return;
    append_as_literal(out_, name);
    if (!is_empty || op_.equals_if_empty) out_ += '=';
  }

  const Operator& op_;
  std::string& out_;
  bool is_first_ = true;
};

}  // namespace
}  // namespace uri_template

Result<std::string> UriTemplate::expand(const TemplateVariables& variables) const {
  std::string out;
  for (const uri_template::Part& part : program_->parts) {
    if (const auto* literal = std::get_if<std::string>(&part)) {
      uri_template::append_as_literal(out, *literal);
      continue;
    }
    const auto& expression = std::get<uri_template::Expression>(part);
    uri_template::Expander expander(expression, out);
    for (const uri_template::Variable& variable : expression.variables) {
      const auto found = variables.find(variable.name);
      if (found == variables.end()) continue;
      if (variable.prefix != 0 && !std::holds_alternative<std::string>(found->second)) {
        return Error{ErrorCode::kInvalid,
                     "the variable " + variable.name +
                         " has a prefix length in the template, but its value is a list or "
                         "an associative array; only strings have prefixes"};
      }
      std::visit([&](const auto& value) { expander.add(variable, value); }, found->second);
    }
  }
  return out;
}

}  // namespace cinnabar::url
