// SPDX-License-Identifier: Apache-2.0
#include "base/loop.h"

#include <boost/asio/post.hpp>

namespace cinnabar {

Loop::Loop() : work_(context_.get_executor()), tick_(context_), timers_(steady_now()) {}

Loop::~Loop() {
  stop();
  join();
}

void Loop::start() {
  arm_tick();
  thread_ = std::thread([this] { context_.run(); });
}

void Loop::stop() { context_.stop(); }

void Loop::join() {
  if (thread_.joinable()) thread_.join();
}

void Loop::post(Task task) {
  bool first;
  {
    MutexLock lock(mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(task));
  }
  if (first) boost::asio::post(context_, [this] { run_posted(); });
}

void Loop::run_posted() {
  {
    MutexLock lock(mutex_);
    running_.swap(posted_);
  }
  for (Task& task : running_) {
    task();
    task = nullptr;
  }
  running_.clear();
}

void Loop::at_turn_end(Task task) { boost::asio::post(context_, std::move(task)); }

bool Loop::on_this_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

void Loop::arm_tick() {
  tick_.expires_after(TimerWheel::kTick);
  tick_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    timers_.advance(steady_now());
    arm_tick();
  });
}

}  // namespace cinnabar
