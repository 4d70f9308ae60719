// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cinnabar {

/// An http or https origin in the one form that is compared: lower case, without the scheme's own port.
/// Nothing: `text` is none, or has more than an origin (a path, even "/").
std::optional<std::string> normal_origin(std::string_view text);

/// The origin of an absolute http or https URL, in that form; nothing: it is none.
std::optional<std::string> origin_of_url(std::string_view url);

/// A list of origins as it is configured: `scheme://host[:port]`, `*` for all, `null` for the opaque one, or
/// with one `*` in the host, for any characters there (CORS-4, PRES-12). Immutable; any thread.
class OriginList {
 public:
  OriginList() = default;
  /// Errors: kInvalid; the detail continues "hub.cors_origins ".
  static Result<OriginList> parse(std::span<const std::string> entries);

  bool empty() const { return !any_ && !null_ && exact_.empty() && wildcards_.empty(); }
  /// `*` is among them.
  bool allows_any() const { return any_; }
  /// `origin`: the value of an Origin field, which may be "null" or anything else.
  bool allows(std::string_view origin) const;

 private:
  struct Wildcard {
    std::string before, after;  // of the `*`, in the whole normal origin
  };

  bool any_ = false;
  bool null_ = false;
  std::vector<std::string> exact_;
  std::vector<Wildcard> wildcards_;
};

}  // namespace cinnabar
