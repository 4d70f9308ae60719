// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/rocksdb_journal.h"

#include <utility>

#include "journal/rocksdb/reader.h"
#include "journal/rocksdb/retainer.h"
#include "journal/rocksdb/store.h"
#include "journal/rocksdb/subscription_log.h"
#include "journal/rocksdb/wal_syncer.h"
#include "journal/rocksdb/writer.h"

namespace cinnabar {
namespace {

/// The parts of the journal, put together. Readers use the store on their own threads.
class RocksdbJournal final : public Journal {
 public:
  RocksdbJournal(std::unique_ptr<rocks::Store> store, const RocksdbJournalOptions& options)
      : sync_(options.sync),
        store_(std::move(store)),
        retainer_(*store_, options.retention),
        syncer_(*store_, options.sync_interval),
        writer_(*store_, options.sync == SyncPolicy::kAlways, [this] { retainer_.on_growth(); }) {}

  ~RocksdbJournal() override { stop(); }

  Result<void> start(JournalTail& tail) override {
    if (Result<void> started = writer_.start(tail); !started) return started;
    retainer_.start();
    if (sync_ == SyncPolicy::kInterval) syncer_.start();
    return {};
  }

  void stop() override {
    writer_.stop();
    retainer_.stop();
    syncer_.stop();
    store_->close();
  }

  void append(Update update, Appended done) override { writer_.append(std::move(update), std::move(done)); }

  Result<ReadBatch> read(Position from, const EventFilter& filter, const ReadLimits& limits) const override {
    return rocks::read_events(*store_, from, filter, limits);
  }

  Result<std::optional<Position>> find(std::string_view id) const override {
    return rocks::find_id(*store_, id);
  }

  JournalBounds bounds() const override { return store_->ledger().bounds(); }

  Result<std::vector<EventPtr>> open_subscriptions() const override {
    const rocks::Store::Lease use = store_->lease();
    if (!use) return store_->not_open();
    return rocks::read_open(*store_, use);
  }

  Result<void> health() const override { return writer_.health(); }
  void probe(Probed done) override { writer_.probe(std::move(done)); }
  const JournalFigures& figures() const override { return writer_.figures(); }
  std::uint64_t retained_bytes() const override { return store_->ledger().live_bytes(); }

 private:
  const SyncPolicy sync_;
  const std::unique_ptr<rocks::Store> store_;
  rocks::Retainer retainer_;
  rocks::WalSyncer syncer_;
  rocks::Writer writer_;
};

}  // namespace

Result<std::unique_ptr<Journal>> open_rocksdb_journal(const RocksdbJournalOptions& options) {
  auto store = rocks::Store::open(options.path, options.retention);
  if (!store) return store.error();
  return std::unique_ptr<Journal>(std::make_unique<RocksdbJournal>(std::move(*store), options));
}

}  // namespace cinnabar
