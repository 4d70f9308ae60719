// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "url/pattern/matcher.h"
#include "url/pattern/stored_parts.h"

namespace cinnabar::url::pattern {

/// A component with regexp groups, as one expression of RE2. Immutable; any thread.
class RegexpComponent {
 public:
  /// Errors: as of ComponentPattern::compile().
  static Result<std::unique_ptr<const RegexpComponent>> compile(const StoredParts& parts, char delimiter);
  ~RegexpComponent();

  bool test(std::string_view input) const;
  bool exec(std::string_view input, Captures& captures) const;

 private:
  struct State;
  explicit RegexpComponent(std::unique_ptr<const State> state);

  std::unique_ptr<const State> state_;
};

}  // namespace cinnabar::url::pattern
