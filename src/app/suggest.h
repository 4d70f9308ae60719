// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cinnabar {

/// The number of letters to insert, remove, replace or swap with their neighbour to turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that `wrong` was most likely meant to be, or empty when none is near. Of equally
/// near ones the first.
std::string_view nearest(std::string_view wrong, std::span<const std::string_view> candidates);

/// `; did you mean "heartbeat"?`, or nothing when no candidate is near.
std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> candidates);

}  // namespace cinnabar
