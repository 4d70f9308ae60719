// SPDX-License-Identifier: Apache-2.0
#include "hub/hub.h"

#include <algorithm>
#include <cassert>

#include "base/loop.h"
#include "protocol/subscription.h"

namespace cinnabar {

Hub::Hub(Journal& journal, std::span<Loop* const> loops, BlockingPool& pool, const HubOptions& options)
    : journal_(journal), options_(options) {
  if (options_.subscriptions) {
    registrar_ = std::make_unique<Registrar>(journal, *loops.front(), options_.path, options_.presence_grace);
  }
  for (Loop* loop : loops) {
    shards_.push_back(std::make_unique<Shard>(*loop, journal, pool, options, registrar_.get()));
  }
}

Result<void> Hub::start() {
  const JournalBounds bounds = journal_.bounds();
  std::vector<EventPtr> newest;
  if (bounds.last >= bounds.first) {
    const Position wanted = options_.ring_events;
    Position from = bounds.last >= wanted ? std::max(bounds.first, bounds.last - wanted + 1) : bounds.first;
    while (from <= bounds.last) {
      Result<ReadBatch> batch = journal_.read(from, {}, {.events = wanted, .bytes = options_.ring_bytes});
      if (!batch.ok()) return batch.error();
      newest.insert(newest.end(), batch->events.begin(), batch->events.end());
      if (batch->next == from) break;
      from = batch->next;
    }
  }
  for (const auto& shard : shards_) shard->preload(newest, bounds.last);
  if (registrar_) {
    if (Result<void> loaded = registrar_->load(); !loaded) return loaded;
  }
  if (Result<void> started = journal_.start(*this); !started) return started;
  if (registrar_) registrar_->end_leftovers();
  return {};
}

void Hub::on_committed(std::span<const EventPtr> events) {
  // Before the shards: who is told of a change finds it in the table.
  if (registrar_) registrar_->on_committed(events);
  for (const auto& shard : shards_) shard->push(events);
}

Shard& Hub::shard_of(const Loop& loop) {
  const auto at =
      std::find_if(shards_.begin(), shards_.end(), [&](const auto& s) { return &s->loop() == &loop; });
  assert(at != shards_.end());
  return **at;
}

std::size_t Hub::subscribers() const {
  std::size_t sum = 0;
  for (const auto& shard : shards_) sum += shard->subscribers();
  return sum;
}

void Hub::disconnect(SubscriberTest unwanted) {
  const auto shared = std::make_shared<const SubscriberTest>(std::move(unwanted));
  for (const auto& shard : shards_) {
    shard->loop().post([shard = shard.get(), shared] { shard->disconnect(*shared); });
  }
}

void Hub::stop() {
  if (registrar_) registrar_->stop();
}

void Hub::drain(Duration spread) {
  draining_.store(true, std::memory_order_relaxed);
  if (registrar_) registrar_->drain();
  for (const auto& shard : shards_) {
    shard->loop().post([shard = shard.get(), spread] { shard->drain(spread); });
  }
}

}  // namespace cinnabar
