// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "url/regexp_scanner.h"

namespace cinnabar::url::regexp {

/// No input is longer, so more repetitions are as good as any number.
constexpr std::uint64_t kMaxInput = std::uint64_t{1} << 20;
/// Of a Quantifier without an upper limit.
constexpr std::uint64_t kInfinity = ~std::uint64_t{0};

struct Quantifier {
  std::uint64_t min = 0;
  std::uint64_t max = kInfinity;
  bool is_lazy = false;
};

/// The Quantifier (ECMAScript 22.2.1) that stands here. Nothing if none does; nothing, and `scanner`
/// has failed, on an error.
std::optional<Quantifier> read_quantifier(Scanner& scanner);

}  // namespace cinnabar::url::regexp
