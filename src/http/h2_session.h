// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>

#include "http/server.h"

namespace cinnabar::http {

class H2Connection;

struct H2SessionDelete {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
};
using H2Session = std::unique_ptr<nghttp2_session, H2SessionDelete>;

/// An nghttp2 server session whose callbacks go to `connection`, with our SETTINGS already submitted.
/// nullptr: out of memory. The callbacks run only within nghttp2_session_mem_recv() and mem_send().
H2Session make_h2_session(H2Connection& connection, const ServerLimits& limits);

/// The connection error that tells the peer why nghttp2_session_mem_recv() failed with `error`.
std::uint32_t h2_error_code(int error);

}  // namespace cinnabar::http
