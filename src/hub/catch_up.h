// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/event.h"

namespace cinnabar {

class Subscriber;

/// Stands for a subscriber that is being fed from history, in work that is under way on another
/// thread or in a later turn of the loop. The subscriber may leave meanwhile: then `subscriber` is
/// null by the time the work comes back. Threads: `subscriber` on its loop only; `filter` is constant.
class CatchUp {
 public:
  CatchUp(Subscriber& owner, EventFilter wanted) : subscriber(&owner), filter(std::move(wanted)) {}

  Subscriber* subscriber;
  const EventFilter filter;
};

}  // namespace cinnabar
