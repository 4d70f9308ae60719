// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

namespace cinnabar {

/// Whether an address is none that a server on the internet has: of this machine, its network, the
/// provider's, multicast, reserved (RFC 6890), or an IPv4 address of these kinds in the clothes of IPv6.
/// Nothing but IPv4 and IPv6 is public.
bool is_private_address(const sockaddr* address);

}  // namespace cinnabar
