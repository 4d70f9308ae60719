// SPDX-License-Identifier: Apache-2.0
#include "load/h1_subscribers.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>

#include "load/payload.h"

namespace cinnabar::load {
namespace {

constexpr std::size_t kReadBuffer = std::size_t{256} << 10;
constexpr int kStalledReceiveBuffer = 4096;

}  // namespace

H1Subscribers::H1Subscribers(const Options& options, SSL_CTX* context, std::uint32_t first,
                             const SentCounts* sent)
    : Subscribers(options, context, first, sent),
      wires_(count()),
      buffer_(kReadBuffer),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

H1Subscribers::~H1Subscribers() {
  stop();
  ::close(epoll_);
}

void H1Subscribers::poll(int timeout_ms) {
  std::array<epoll_event, 512> events;
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    on_ready(event.data.u32, event.events);
  }
}

void H1Subscribers::open(std::uint32_t index) {
  const int receive_buffer = at(index).stalls ? kStalledReceiveBuffer : options_.receive_buffer;
  auto wire = Wire::open(options_.address, context_, receive_buffer);
  if (!wire) {
    end(index, wire.error().detail);
    return;
  }
  wires_[index] = std::move(*wire);
  // Else the local ports of closed connections would be used up within seconds.
  if (options_.scenario == Scenario::kConnect) wires_[index].reset_on_close();
  watch(index, EPOLLOUT, EPOLL_CTL_ADD);
}

void H1Subscribers::drop(std::uint32_t index) { wires_[index].close(); }

void H1Subscribers::watch(std::uint32_t index, std::uint32_t events, int operation) {
  epoll_event event{events, {.u32 = index}};
  epoll_ctl(epoll_, operation, wires_[index].fd(), &event);
}

void H1Subscribers::on_ready(std::uint32_t index, std::uint32_t events) {
  const State state = at(index).state;
  if (state == State::kConnecting) {
    go_on_connecting(index);
  } else if (state == State::kHead || state == State::kStreaming) {
    read(index);
  } else if (state == State::kStalled && (events & (EPOLLERR | EPOLLHUP)) != 0) {
    watch(index, 0, EPOLL_CTL_DEL);  // the hub has given it up: what it is for
  }
}

void H1Subscribers::go_on_connecting(std::uint32_t index) {
  Wire& wire = wires_[index];
  switch (wire.connect()) {
    case Wire::Progress::kWantRead: watch(index, EPOLLIN, EPOLL_CTL_MOD); return;
    case Wire::Progress::kWantWrite: watch(index, EPOLLOUT, EPOLL_CTL_MOD); return;
    case Wire::Progress::kFailed:
      end(index, "no connection to " + options_.address.authority + ": " + wire.failure());
      return;
    case Wire::Progress::kDone: break;
  }
  const std::string request = request_of(index);
  if (wire.write(request) != static_cast<long>(request.size())) {
    end(index, "the request could not be sent");
    return;
  }
  at(index).state = State::kHead;
  watch(index, EPOLLIN, EPOLL_CTL_MOD);
}

std::string H1Subscribers::request_of(std::uint32_t index) const {
  std::string request = "GET " + target_of(index) + " HTTP/1.1\r\nHost: " + options_.address.authority +
                        "\r\nAccept: text/event-stream\r\n";
  if (!options_.subscriber_token.empty()) {
    request += "Authorization: Bearer " + options_.subscriber_token + "\r\n";
  }
  if (const std::string& cursor = cursor_of(index); !cursor.empty()) {
    request += "Last-Event-ID: " + cursor + "\r\n";
  }
  return request + "\r\n";
}

void H1Subscribers::read(std::uint32_t index) {
  Wire& wire = wires_[index];
  for (;;) {
    const long count = wire.read(buffer_.data(), buffer_.size());
    if (count == Wire::kWouldBlock) return;
    if (count == Wire::kClosed) {
      end(index, "the hub closed the connection");
      return;
    }
    now_ns_ = now_ns();
    const auto size = static_cast<std::size_t>(count);
    if (!take_bytes(index, {buffer_.data(), size})) return;
    if (at(index).state == State::kStalled) {
      watch(index, 0, EPOLL_CTL_MOD);
      return;
    }
    if (!wire.is_tls() && size < buffer_.size()) return;  // drained: epoll says when more comes
  }
}

}  // namespace cinnabar::load
