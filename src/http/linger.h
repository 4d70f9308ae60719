// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <memory>

#include "base/loop.h"

namespace cinnabar::http {

using Descriptor = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

/// The end of a connection that this side closes first (RFC 9112 section 9.6): after FIN it reads
/// and discards a little longer, so that the peer gets to see the last response instead of the RST
/// that a close with unread input sends.
///
/// Lifetime: its own, by the pending wait; at most kTime and kBytes. Threads: one loop.
class Linger final : public Timer, public std::enable_shared_from_this<Linger> {
 public:
  static constexpr Duration kTime = std::chrono::seconds(2);
  static constexpr std::size_t kBytes = std::size_t{1024} * 1024;

  /// Ends the sending side of the socket and takes it over.
  static void begin(Loop& loop, Descriptor&& descriptor);

  explicit Linger(Descriptor&& descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  void on_timer() override;
  void discard();

  Descriptor descriptor_;
  std::size_t discarded_ = 0;
};

}  // namespace cinnabar::http
