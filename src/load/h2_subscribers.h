// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "load/h2_client.h"
#include "load/subscribers.h"

namespace cinnabar::load {

/// Subscribers as streams of shared HTTP/2 connections: options.streams_per_connection each.
class H2Subscribers final : public Subscribers, private H2Listener {
 public:
  H2Subscribers(const Options& options, SSL_CTX* context, std::uint32_t first, const SentCounts* sent);
  ~H2Subscribers() override;

 private:
  struct Connection {
    std::unique_ptr<H2Client> client;
    std::uint32_t watched = 0;  // events
    bool has_new = false;       // requests or resets to flush
    bool finished = false;      // to be closed as soon as it says no more
  };

  void open(std::uint32_t index) override;
  void drop(std::uint32_t index) override;
  void poll(int timeout_ms) override;
  void on_head(std::uint32_t user, int status, std::string_view resumed_after) override;
  void on_data(std::uint32_t user, std::string_view bytes) override;
  void on_stream_end(std::uint32_t user) override;

  std::uint32_t connection_of(std::uint32_t index) const { return index / options_.streams_per_connection; }
  /// Watches for what the connection wants, or ends it and all its streams.
  void settle(std::uint32_t number, bool goes_on);

  std::vector<Connection> connections_;
  std::vector<std::int32_t> streams_;  // by subscriber; 0: none
  std::vector<std::uint32_t> to_flush_;
  int epoll_;
};

}  // namespace cinnabar::load
