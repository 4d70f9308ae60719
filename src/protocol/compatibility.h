// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cinnabar {

/// Which clients of protocol 0.x a hub serves beside those of 1.0 (COMPAT-1): none, those of version 8, or
/// those of versions 7 and 8.
enum class Compatibility : unsigned char { kNone, kVersion8, kVersion7 };

}  // namespace cinnabar
