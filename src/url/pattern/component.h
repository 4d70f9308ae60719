// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "url/pattern/part.h"

namespace cinnabar::url::pattern {

/// One compiled component of a URL pattern: what it matches, and its canonical text. Immutable; any
/// thread.
///
/// A hub holds very many, and nearly all are of a few simple shapes. Those are their own canonical text,
/// and take no memory beyond it; the others keep their parts apart.
class ComponentPattern {
 public:
  using Groups = std::vector<std::pair<std::string, std::optional<std::string>>>;
  struct Literal {
    std::string_view prefix;
    bool is_whole;
  };

  /// The empty component, which matches the empty string alone.
  ComponentPattern();
  ~ComponentPattern();
  ComponentPattern(ComponentPattern&&) noexcept;
  ComponentPattern& operator=(ComponentPattern&&) noexcept;

  /// "Compile a component" from the parsed parts on. Errors: kInvalid: a regexp group that is no regular
  /// expression or that cannot run in linear time; the detail is a clause that names the group, to
  /// follow "The pattern's pathname is invalid: ".
  static Result<ComponentPattern> compile(PartList parts, const Options& options);

  bool test(std::string_view input) const { return is_any() || test_more(input); }
  /// The groups, in the order of the pattern; nothing when `input` does not match.
  std::optional<Groups> exec(std::string_view input) const;

  const std::string& text() const { return text_; }  ///< "generate a pattern string"
  bool has_regexp_groups() const;
  Literal literal() const;
  /// What it was compiled from.
  PartList parts() const;
  static int compare(const ComponentPattern& left, const ComponentPattern& right);

 private:
  /// All but kProgram are described by `text_` and the numbers beside it.
  enum class Shape : std::uint8_t {
    kLiteral,         ///< text_ itself
    kLiteralAny,      ///< text_ is the literal and "*"
    kLiteralSegment,  ///< text_ is the literal, ":" and the group's name
    kProgram,
  };
  struct Program;

  bool is_any() const { return shape_ == Shape::kLiteralAny && literal_length_ == 0; }
  bool test_more(std::string_view input) const;
  bool take_simple_shape(const PartList& parts, const Options& options);
  std::string_view fixed_text() const { return std::string_view(text_).substr(0, literal_length_); }
  std::string_view group_name() const;

  std::string text_;
  std::unique_ptr<const Program> program_;  // of kProgram
  // Of the simple shapes:
  std::uint32_t literal_length_ = 0;
  Shape shape_ = Shape::kLiteral;
  char delimiter_ = '\0';
  bool has_prefix_ = false;  // the last byte of the literal belongs to the group
};

}  // namespace cinnabar::url::pattern
