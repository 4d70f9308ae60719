// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "url/pattern/matcher.h"
#include "url/pattern/part.h"

namespace cinnabar::url::pattern::testing {

/// The standard's regular expression of a part list, matched as ECMA-262 does: by continuations, with
/// as many steps as it takes, up to a limit. Tests compare the real matchers with it.
class Backtracking {
 public:
  Backtracking(const PartList& parts, char delimiter, std::string_view input)
      : parts_(parts), delimiter_(delimiter), input_(input) {}

  /// Whether the limit was reached, so that exec() does not know.
  bool gave_up() const { return steps_ > kMaxSteps; }

  /// The captures, or nothing.
  std::optional<Captures> exec() {
    std::size_t groups = 0;
    for (const Part& part : parts_) groups += part.type != PartType::kFixedText;
    State start{0, Captures(groups)};
    std::optional<Captures> found;
    match_parts(0, 0, start, [&](const State& end) {
      if (end.at != input_.size()) return false;
      found = end.captures;
      return true;
    });
    return found;
  }

 private:
  struct State {
    std::size_t at;
    Captures captures;
  };
  using Continue = std::function<bool(const State&)>;
  using Matcher = std::function<bool(const State&, const Continue&)>;

  bool text(std::string_view text, const State& state, const Continue& then) {
    if (!input_.substr(state.at).starts_with(text)) return false;
    return then({state.at + text.size(), state.captures});
  }

  /// RepeatMatcher. `group` is reset before each iteration, if there is one.
  bool repeat(const Matcher& matcher, int min, int max, bool greedy, std::optional<std::size_t> group,
              const State& state, const Continue& then) {
    if (++steps_ > kMaxSteps) return false;
    if (max == 0) return then(state);
    const auto iterate = [&] {
      State fresh = state;
      if (group) fresh.captures[*group].reset();
      return matcher(fresh, [&](const State& after) {
        if (min == 0 && after.at == state.at) return false;
        return repeat(matcher, min == 0 ? 0 : min - 1, max < 0 ? max : max - 1, greedy, group, after, then);
      });
    };
    if (min > 0) return iterate();
    return greedy ? iterate() || then(state) : then(state) || iterate();
  }

  bool wildcard(PartType type, const State& state, const Continue& then) {
    const bool is_segment = type == PartType::kSegmentWildcard;
    const Matcher one = [this, is_segment](const State& before, const Continue& next) {
      if (before.at == input_.size()) return false;
      if (is_segment && delimiter_ != '\0' && input_[before.at] == delimiter_) return false;
      return next({before.at + 1, before.captures});
    };
    return repeat(one, is_segment ? 1 : 0, -1, !is_segment, {}, state, then);
  }

  bool capture(std::size_t group, const Matcher& body, const State& state, const Continue& then) {
    return body(state, [&](const State& after) {
      State captured = after;
      captured.captures[group] = input_.substr(state.at, after.at - state.at);
      return then(captured);
    });
  }

  bool match_parts(std::size_t part, std::size_t group, const State& state, const Continue& then) {
    if (part == parts_.size()) return then(state);
    const Part& p = parts_[part];
    const bool is_text = p.type == PartType::kFixedText;
    const Continue next = [&, part, group](const State& after) {
      return match_parts(part + 1, group + (is_text ? 0 : 1), after, then);
    };
    const int min = p.modifier == Modifier::kNone || p.modifier == Modifier::kOneOrMore ? 1 : 0;
    const bool loops = p.modifier == Modifier::kZeroOrMore || p.modifier == Modifier::kOneOrMore;
    const Matcher x = [&](const State& s, const Continue& c) { return wildcard(p.type, s, c); };
    if (is_text) {
      const Matcher value = [&](const State& s, const Continue& c) { return text(p.value, s, c); };
      return repeat(value, min, loops ? -1 : 1, true, {}, state, next);
    }
    if (p.prefix.empty() && p.suffix.empty()) {
      if (!loops) {
        const Matcher captured = [&](const State& s, const Continue& c) { return capture(group, x, s, c); };
        return repeat(captured, min, 1, true, group, state, next);
      }
      const Matcher looped = [&](const State& s, const Continue& c) {
        return repeat(x, min, -1, true, {}, s, c);
      };
      return capture(group, looped, state, next);
    }
    const Matcher more = [&](const State& s, const Continue& c) {
      return text(p.suffix, s, [&](const State& s2) {
        return text(p.prefix, s2, [&](const State& s3) { return x(s3, c); });
      });
    };
    const Matcher inner = [&](const State& s, const Continue& c) {
      if (!loops) return x(s, c);
      return x(s, [&](const State& s2) { return repeat(more, 0, -1, true, {}, s2, c); });
    };
    const Matcher whole = [&](const State& s, const Continue& c) {
      return text(p.prefix, s, [&](const State& s2) {
        return capture(group, inner, s2, [&](const State& s3) { return text(p.suffix, s3, c); });
      });
    };
    return repeat(whole, min, 1, true, group, state, next);
  }

  const PartList& parts_;
  char delimiter_;
  std::string_view input_;
  static constexpr int kMaxSteps = 20'000;
  int steps_ = 0;
};

}  // namespace cinnabar::url::pattern::testing
