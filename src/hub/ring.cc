// SPDX-License-Identifier: Apache-2.0
#include "hub/ring.h"

namespace cinnabar {

void Ring::push(EventPtr event) {
  if (!events_.empty() && event->position() != events_.back()->position() + 1) {
    events_.clear();
    bytes_ = 0;
  }
  bytes_ += event->footprint();
  events_.push_back(std::move(event));
  // The newest always stays: a subscriber that just blocked on it must find it here.
  while (events_.size() > 1 && (events_.size() > max_events_ || bytes_ > max_bytes_)) {
    bytes_ -= events_.front()->footprint();
    events_.pop_front();
  }
}

}  // namespace cinnabar
