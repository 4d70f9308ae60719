// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "load/wire.h"

namespace cinnabar::load {

/// Who is told what comes on an H2Client's streams. `user` is what the request was made with.
class H2Listener {
 public:
  virtual ~H2Listener() = default;
  virtual void on_head(std::uint32_t user, int status, std::string_view resumed_after) = 0;
  virtual void on_data(std::uint32_t user, std::string_view bytes) = 0;
  /// The stream is over: at its regular end, or reset. Not told after cancel().
  virtual void on_stream_end(std::uint32_t user) = 0;
};

/// One HTTP/2 client connection on nghttp2. Requests may be made before it is connected; they wait.
/// One thread; does not outlive its listener.
class H2Client {
 public:
  using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

  /// Over a wire that connects or is connected; over TLS the handshake must agree on h2.
  H2Client(Wire wire, H2Listener& listener);
  ~H2Client();
  H2Client(const H2Client&) = delete;
  H2Client& operator=(const H2Client&) = delete;

  /// Fields with the pseudo-header fields first. Goes out with the next flush().
  std::int32_t request(std::uint32_t user, const Fields& fields, std::string_view body);
  /// Resets a stream, of which nothing is heard any more.
  void cancel(std::int32_t stream);

  int fd() const { return wire_.fd(); }
  /// Goes on with connecting, reads, and writes. False: the connection is over; see failure().
  bool advance();
  bool flush();
  /// What epoll is to wait for.
  std::uint32_t wanted_events() const;
  const std::string& failure() const { return failure_; }
  /// When the bytes that are being told about were read.
  std::uint64_t read_ns() const { return read_ns_; }

 private:
  friend struct H2ClientCallbacks;
  struct Body {
    std::string bytes;
    std::size_t sent = 0;
  };

  bool fail(std::string why);
  bool read();

  Wire wire_;
  H2Listener& listener_;
  nghttp2_session* session_ = nullptr;
  bool connected_ = false;
  bool wants_write_ = true;
  std::string out_;  // what the wire did not take
  std::unordered_map<std::int32_t, Body> bodies_;
  int status_ = 0;  // of the head that is coming: nothing comes in between
  std::string resumed_after_;
  std::uint64_t read_ns_ = 0;
  std::string failure_;
};

}  // namespace cinnabar::load
