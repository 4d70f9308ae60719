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
/// Lifetime: stop() and the destructor finish the running jobs and drop the waiting ones.
/// Threads: run() from any.
class BlockingPool {
 public:
  explicit BlockingPool(unsigned threads);
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  void run(std::function<void()> job);
  /// After it, jobs are not run any more. From one thread only, and not from a job.
  void stop();

 private:
  void work();

  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> jobs_ CINNABAR_GUARDED_BY(mutex_);
  bool stopping_ CINNABAR_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace cinnabar
