// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace cinnabar {

/// A few threads for calls that can block (disk reads, DNS). A job posts its own
/// result back to the loop that wants it.
///
/// Lifetime: the destructor finishes the running jobs and drops the waiting ones.
/// Threads: run() from any.
class BlockingPool {
 public:
  explicit BlockingPool(unsigned threads);
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  void run(std::function<void()> job);

 private:
  void work();

  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> jobs_ CINNABAR_GUARDED_BY(mutex_);
  bool stopping_ CINNABAR_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace cinnabar
