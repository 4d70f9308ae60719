// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace cinnabar::http {

/// The thread's buffer to read into, so that an idle connection needs none of its own. Its
/// content is good until the next read on the thread: copy what must stay.
inline std::span<char> read_scratch() {
  thread_local std::array<char, std::size_t{16} * 1024> buffer;
  return buffer;
}

}  // namespace cinnabar::http
