// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cinnabar::load {

/// The status of a response head that begins `head`; 0: not HTTP/1.1.
int status_of(std::string_view head);

/// The value of a field in a response head, without outer spaces; names compare without case.
/// Empty when absent.
std::string_view field_of(std::string_view head, std::string_view name);

/// The body of a response once all of it has come, by Content-Length or in chunks; without either it is
/// empty. Nothing: there is more to come.
std::optional<std::string> body_of(std::string_view response);

}  // namespace cinnabar::load
