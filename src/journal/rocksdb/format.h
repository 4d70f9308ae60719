// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "journal/rocksdb/tuning.h"

namespace cinnabar::rocks {

inline constexpr std::string_view kFormatKey = "format";
/// 1: without the family of subscriptions; 2.
inline constexpr int kFormatVersion = 2;
inline constexpr std::string_view kEventsFamily = "events";
inline constexpr std::string_view kIdsFamily = "ids";
inline constexpr std::string_view kSubscriptionsFamily = "subscriptions";

/// Looks at the existing database at `path` without changing it: that nobody else uses it
/// (kLocked), that it can be read (kCorrupt), that we wrote it (kInvalid), and in a format that
/// we know (kUnsupported). Only after this may it be opened for writing, which rearranges files.
Result<void> inspect_database(const std::string& path, const Tuning& tuning);

}  // namespace cinnabar::rocks
