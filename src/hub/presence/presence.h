// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "protocol/event.h"

namespace cinnabar {

/// Who is subscribed, as the journal says: the table is a fold over its events on subscriptions, and holds
/// for each that has not ended the event that began it. Whoever follows the same journal has the same table.
///
/// A Page and the events after its `last_id` are together the truth (ACT-20), as both are read under one
/// lock.
///
/// Lifetime: outlives journal.stop(). Threads: any.
class Presence {
 public:
  /// `path`: subscriptions_path().
  explicit Presence(std::string path) : path_(std::move(path)) {}

  /// Before any other use: what the journal holds already, and the id of its newest event (empty: none).
  void load(std::vector<EventPtr> open, std::string last_id);
  /// From the journal's tail: every event, in order.
  void on_committed(std::span<const EventPtr> events);

  enum class Which { kAll, kModern, kSelectors };
  struct Query {
    std::string prefix{};       ///< that the topics begin with
    Which which = Which::kAll;  ///< by matchers, or by selectors of protocol 0.x
    std::string after{};        ///< topics up to this one are left out; empty: none are
    std::size_t limit = std::size_t(-1);
  };
  struct Page {
    std::vector<EventPtr> subscriptions;  ///< by topic, in the order of bytes
    std::size_t total = 0;                ///< of the query, whatever `after` and `limit` leave out
    bool more = false;                    ///< `limit` left some out
    std::string last_id;                  ///< of the newest event of any kind; empty: none yet
  };
  Page list(const Query& query) const;
  /// The one with that topic, or nullptr.
  EventPtr find(std::string_view topic) const;

  const std::string& path() const { return path_; }

 private:
  void apply(const EventPtr& event) CINNABAR_REQUIRES(mutex_);

  const std::string path_;
  mutable Mutex mutex_;
  /// By topic, borrowed from the event.
  std::map<std::string_view, EventPtr> active_ CINNABAR_GUARDED_BY(mutex_);
  std::string loaded_id_ CINNABAR_GUARDED_BY(mutex_);
  EventPtr newest_ CINNABAR_GUARDED_BY(mutex_);  ///< null: none since load()
};

}  // namespace cinnabar
