// SPDX-License-Identifier: Apache-2.0
#include "hub/subscriber_index.h"

#include <gtest/gtest.h>

#include <random>

#include "base/blocking_pool.h"
#include "base/log.h"
#include "base/loop.h"
#include "hub/shard.h"
#include "hub/testing/fakes.h"

namespace cinnabar {
namespace {

using testing::FakeJournal;
using testing::FakeSink;
using testing::on_loop;
using testing::Wire;

using Strings = std::vector<std::string>;

EventPtr event_on(Strings topics, Position position, bool is_private) {
  Update update;
  update.topics = std::move(topics);
  update.id = std::to_string(position);
  update.is_private = is_private;
  return Event::make(update, position, 0);
}

/// Draws topics, matchers and rights that often meet: few hosts and paths, in many spellings.
class Draws {
 public:
  explicit Draws(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  std::string topic() {
    static const Strings authorities = {"https://example.com",
                                        "https://EXAMPLE.com:443",
                                        "http://example.com",
                                        "https://x.example.com",
                                        "https://hub.a",
                                        "https://hub.b",
                                        "http://hub.a",
                                        "//hub.a",
                                        "",
                                        "",
                                        ""};
    switch (below(13)) {
      case 0: return one_of({"https://[::1/x", "https://", "urn:a:b", "data:x", "a", "b", "c"});
      case 1: return one_of({"x", "../books/1", "?q", "https:books/1", "http:books/1"});
      case 2: return one_of({"/books/{id}", "{+any}", "https://example.com{/a,b}", "{unclosed"});
      default: return one_of(authorities) + path();
    }
  }

  Matcher matcher(const HubUrl& hub) {
    if (one_in(4)) return Matcher::exact(one_in(15) ? "*" : topic());
    if (one_in(3)) return Matcher::topic_selector(selector());
    static const Strings authorities = {"https://example.com",
                                        "http{s}?://example.com",
                                        "https://*.example.com",
                                        "*://example.com",
                                        "https://hub.a",
                                        "http://hub.a",
                                        "https://hub.:x",
                                        "",
                                        "",
                                        ""};
    static const Strings tails = {"", "*", ":id", ":id?", "*/x", "{a/}?b", ":n(\\\\d+)", "?*", "#*"};
    for (;;) {
      const std::string text = one_in(12) ? topic() : one_of(authorities) + path() + one_of(tails);
      Result<Matcher> made = Matcher::make(MatcherType::kUrlPattern, text, hub);
      if (made) return std::move(*made);
    }
  }

  const HubUrl& hub() { return hubs_[below(hubs_.size())]; }

 private:
  std::string selector() {
    if (one_in(15)) return "*";
    if (one_in(4)) return topic();
    static const Strings starts = {
        "https://example.com", "{scheme}://example.com", "http{+rest}", "", "", "https://{host}", "{+any}"};
    static const Strings tails = {"",       "{id}", "/{id}", "{/a,b}", "{/a*}", "{+rest}",
                                  "{a}{b}", "{?q}", "/{a}/", "/{a",    "{a}x",  "1{a}2"};
    return one_of(starts) + path() + one_of(tails);
  }
  std::string one_of(const Strings& choices) { return choices[below(choices.size())]; }
  std::string path() {
    std::string made;
    for (auto segments = below(4); segments > 0; --segments) {
      made += "/" + one_of({"books", "users", "1", "2", "12", "b", "a", "x", "%62"});
    }
    return made.empty() || one_in(3) ? made + "/" : made;
  }

  std::minstd_rand random_;
  const std::vector<HubUrl> hubs_ = {*HubUrl::parse("https://hub.a/.well-known/mercure"),
                                     *HubUrl::parse("https://hub.b/.well-known/mercure"),
                                     *HubUrl::parse("http://hub.a/.well-known/mercure")};
};

/// One subscriber and all that it must get, said as simply as possible: every matcher and every grant is
/// asked about every update, each with a parse of its own.
struct Known {
  Wire wire;
  SubscriberSpec spec;
  Subscriber* subscriber = nullptr;
  std::string expected = ":\n";

  void publish(const Event& event) {
    const HubPath path;
    Topics selected(event.topics(), path), granted(event.topics(), path);
    if (!spec.matchers.selects(selected)) return;
    if (event.is_private() && !(spec.grants && spec.grants->may_receive(granted))) return;
    expected += event.bytes().body();
  }
};

TEST(SubscriberIndex, RandomRunsAgreeWithNaiveMatching_COMPAT_5_SUB_17) {
  Loop loop;
  loop.start();
  FakeJournal journal;
  BlockingPool pool(1);
  Shard shard(loop, journal, pool, {});
  Draws draws(7);
  std::vector<std::unique_ptr<Known>> known;
  Position position = 0;
  std::size_t delivered = 0;
  set_log_level(LogLevel::kError);
  const auto leave = [&](Known& one, int step) {
    EXPECT_EQ(one.wire.text, one.expected) << "step " << step;
    delivered += one.wire.text.size();
    shard.remove(*one.subscriber, StreamEnd::kClientGone);
  };
  for (int step = 0; step < 100'000; ++step) {
    const auto dice = draws.below(10);
    if (dice < 3 && known.size() < 40) {
      auto made = std::make_unique<Known>();
      const HubUrl& hub = draws.hub();
      std::vector<Matcher> matchers;
      for (auto i = draws.below(4) + 1; i > 0; --i) matchers.push_back(draws.matcher(hub));
      made->spec.matchers = MatcherSet(matchers);
      if (draws.one_in(2)) {
        GrantDetail detail{false, true, {}, {}};
        for (auto i = draws.below(3) + 1; i > 0; --i) detail.matchers.push_back(draws.matcher(hub));
        made->spec.grants = std::make_shared<const Grants>(std::vector{detail});
      }
      on_loop(loop, [&] {
        made->subscriber = &shard.add(made->spec, std::make_unique<FakeSink>(made->wire));
        shard.start(*made->subscriber);
      });
      known.push_back(std::move(made));
    } else if (dice < 5 && !known.empty()) {
      const auto at = known.begin() + static_cast<std::ptrdiff_t>(draws.below(known.size()));
      on_loop(loop, [&] { leave(**at, step); });
      known.erase(at);
    } else {
      Strings topics = {draws.topic()};
      while (draws.one_in(3)) topics.push_back(draws.topic());
      const EventPtr event = event_on(topics, ++position, draws.one_in(2));
      for (const auto& one : known) one->publish(*event);
      shard.push({&event, 1});
    }
    if (::testing::Test::HasFailure()) break;
  }
  on_loop(loop, [&] {
    for (const auto& one : known) leave(*one, -1);
  });
  EXPECT_GT(delivered, 100'000U) << "the run must be one in which much matches";
}

}  // namespace
}  // namespace cinnabar
