// SPDX-License-Identifier: Apache-2.0
#include "base/loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/log.h"

namespace cinnabar {
namespace {

int milliseconds_until(SteadyTime due, SteadyTime now) {
  if (due <= now) return 0;
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(due - now).count());
}

}  // namespace

Loop::Wake::Wake() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  // As for Poller: at start only.
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Loop::Wake::~Wake() { ::close(fd_); }

void Loop::Wake::operator()() const {
  // It can fail only with a counter that is full after 2^64 wake-ups.
  [[maybe_unused]] const int ignored = ::eventfd_write(fd_, 1);
}

Loop::Loop() : timers_(steady_now()) { poller_.add(wake_.fd(), wake_); }

Loop::~Loop() {
  stop();
  join();
  // What never came to run may hold what cancels timers, or posts once more as it goes.
  for (;;) {
    {
      MutexLock lock(mutex_);
      running_.swap(posted_);
    }
    std::vector<Task> turn_end;
    turn_end.swap(turn_end_);
    if (running_.empty() && turn_end.empty()) return;
    running_.clear();
  }
}

void Loop::start() {
  thread_ = std::thread([this] { run(); });
}

void Loop::stop() {
  stopped_.store(true);
  wake_();
}

void Loop::join() {
  if (thread_.joinable()) thread_.join();
}

void Loop::run() {
  LogBatch lines;
  SteadyTime tick = steady_now() + TimerWheel::kTick;
  while (!stopped_.load(std::memory_order_relaxed)) {
    turn(milliseconds_until(tick, steady_now()));
    if (const SteadyTime now = steady_now(); now >= tick) {
      timers_.advance(now);
      tick = now + TimerWheel::kTick;
    }
    lines.flush();
  }
}

std::size_t Loop::turn(int timeout_ms) {
  wait(timeout_ms);
  std::size_t done = poller_.tell();
  done += tell_those_due();
  done += run_posted();
  done += run_turn_end();
  return done;
}

void Loop::wait(int timeout_ms) {
  if (timeout_ms == 0 || !soon_.empty() || !turn_end_.empty()) {
    poller_.wait(0);
    return;
  }
  // In this order: who posts after the look at posted_ finds sleeping_ set, and wakes.
  sleeping_.store(true);
  bool awake;
  {
    MutexLock lock(mutex_);
    awake = !posted_.empty();
  }
  poller_.wait(awake ? 0 : timeout_ms);
  sleeping_.store(false, std::memory_order_relaxed);
}

std::size_t Loop::run_ready() {
  std::size_t all = 0;
  while (const std::size_t done = turn(0)) all += done;
  return all;
}

void Loop::post(Task task) {
  {
    MutexLock lock(mutex_);
    posted_.push_back(std::move(task));
  }
  if (sleeping_.exchange(false)) wake_();
}

std::size_t Loop::run_posted() {
  {
    MutexLock lock(mutex_);
    running_.swap(posted_);
  }
  for (Task& task : running_) {
    task();
    task = nullptr;
  }
  const std::size_t done = running_.size();
  running_.clear();
  return done;
}

void Loop::at_turn_end(Task task) { turn_end_.push_back(std::move(task)); }

std::size_t Loop::run_turn_end() {
  if (turn_end_.empty()) return 0;
  // What these add belongs to the next turn.
  running_.swap(turn_end_);
  for (Task& task : running_) {
    task();
    task = nullptr;
  }
  const std::size_t done = running_.size();
  running_.clear();
  return done;
}

void Loop::hand_over(int fd, Watched& watched, Watched& successor) {
  forget(watched);
  poller_.hand_over(fd, watched, successor);
}

void Loop::forget(Watched& watched) {
  poller_.forget(watched);
  if (!watched.told_soon_) return;
  watched.told_soon_ = false;
  std::replace(soon_.begin(), soon_.end(), &watched, static_cast<Watched*>(nullptr));
  std::replace(telling_.begin(), telling_.end(), &watched, static_cast<Watched*>(nullptr));
}

void Loop::tell_soon(Watched& watched) {
  if (watched.told_soon_) return;
  watched.told_soon_ = true;
  soon_.push_back(&watched);
}

std::size_t Loop::tell_those_due() {
  if (soon_.empty()) return 0;
  telling_.swap(soon_);
  for (std::size_t i = 0; i < telling_.size(); ++i) {
    Watched* const watched = telling_[i];
    if (!watched) continue;
    telling_[i] = nullptr;
    watched->told_soon_ = false;
    watched->on_edges({});
  }
  const std::size_t done = telling_.size();
  telling_.clear();
  return done;
}

bool Loop::on_this_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

}  // namespace cinnabar
