// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "load/subscribers.h"

namespace cinnabar::load {

/// Subscribers over HTTP/1.1: a connection each.
class H1Subscribers final : public Subscribers {
 public:
  H1Subscribers(const Options& options, SSL_CTX* context, std::uint32_t first, const SentCounts* sent);
  ~H1Subscribers() override;

 private:
  void open(std::uint32_t index) override;
  void drop(std::uint32_t index) override;
  void poll(int timeout_ms) override;

  void on_ready(std::uint32_t index, std::uint32_t events);
  void go_on_connecting(std::uint32_t index);
  void read(std::uint32_t index);
  void watch(std::uint32_t index, std::uint32_t events, int operation);
  std::string request_of(std::uint32_t index) const;

  std::vector<Wire> wires_;
  std::vector<char> buffer_;
  int epoll_;
};

}  // namespace cinnabar::load
