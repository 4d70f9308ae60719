// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>

// clang's -Wthread-safety checks these at compile time; other compilers ignore them.
#if defined(__clang__)
#define CINNABAR_ANNOTATE(x) __attribute__((x))
#else
#define CINNABAR_ANNOTATE(x)
#endif

#define CINNABAR_GUARDED_BY(m) CINNABAR_ANNOTATE(guarded_by(m))
#define CINNABAR_REQUIRES(m) CINNABAR_ANNOTATE(requires_capability(m))

namespace cinnabar {

/// The one mutex of the project. docs/threading.md holds the lock order. Locks are held for a few
/// instructions, so one that is taken is looked at again a few times before the thread sleeps: that
/// and its being woken cost more than what it waits for.
class CINNABAR_ANNOTATE(capability("mutex")) Mutex {
 public:
  void lock() CINNABAR_ANNOTATE(acquire_capability()) {
    for (int i = 0; i < kLooks; ++i) {
      if (mutex_.try_lock()) return;
      pause();
    }
    mutex_.lock();
  }
  void unlock() CINNABAR_ANNOTATE(release_capability()) { mutex_.unlock(); }

 private:
  friend class CondVar;
  static constexpr int kLooks = 64;  // a few microseconds

  static void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  std::mutex mutex_;
};

/// Holds a Mutex for a scope.
class CINNABAR_ANNOTATE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) CINNABAR_ANNOTATE(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() CINNABAR_ANNOTATE(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// A condition variable for Mutex. Spurious wake-ups happen: wait in a loop.
class CondVar {
 public:
  void wait(Mutex& mutex) CINNABAR_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  /// Returns false when the time ran out first.
  template <class Duration>
  bool wait_for(Mutex& mutex, Duration duration) CINNABAR_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    const bool woken = condition_.wait_for(lock, duration) == std::cv_status::no_timeout;
    lock.release();
    return woken;
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace cinnabar
