// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "load/options.h"

namespace cinnabar::load {

/// Raises the limit of open files to what the system allows this process. Errors: kInvalid, in a sentence,
/// when that is too low for the run.
Result<void> make_room_for_descriptors(const Options& options);

}  // namespace cinnabar::load
