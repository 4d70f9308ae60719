// SPDX-License-Identifier: Apache-2.0
#include "base/poller.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace cinnabar {
namespace {

epoll_event interest(Watched& watched) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watched;
  return event;
}

Edges edges_of(std::uint32_t events) {
  const bool broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
  const bool ended = broken || (events & EPOLLRDHUP) != 0;
  return {.readable = ended || (events & EPOLLIN) != 0,
          .writable = broken || (events & EPOLLOUT) != 0,
          .ended = ended};
}

}  // namespace

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  // Without it there is no program; this happens at start only.
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

Poller::~Poller() { ::close(epoll_); }

bool Poller::add(int fd, Watched& watched) {
  epoll_event event = interest(watched);
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0;
}

void Poller::hand_over(int fd, Watched& watched, Watched& successor) {
  forget(watched);
  epoll_event event = interest(successor);
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void Poller::forget(const Watched& watched) {
  for (std::size_t i = next_; i < count_; ++i) {
    if (events_[i].data.ptr == &watched) events_[i].data.ptr = nullptr;
  }
}

void Poller::wait(int timeout_ms) {
  const int got = ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), timeout_ms);
  next_ = 0;
  count_ = got > 0 ? static_cast<std::size_t>(got) : 0;  // nothing in time, or EINTR
}

std::size_t Poller::tell() {
  while (next_ < count_) {
    const epoll_event& event = events_[next_++];
    if (event.data.ptr) static_cast<Watched*>(event.data.ptr)->on_edges(edges_of(event.events));
  }
  return count_;
}

}  // namespace cinnabar
