// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cinnabar::bench {

/// The status of a response head that begins `head`; 0: not HTTP/1.1.
int status_of(std::string_view head);

/// The value of a field in a response head, without outer spaces; names compare without case.
/// Empty when absent.
std::string_view field_of(std::string_view head, std::string_view name);

}  // namespace cinnabar::bench
