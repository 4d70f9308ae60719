// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/matcher.h"

#include <algorithm>

#include "url/pattern/tail_sets.h"

namespace cinnabar::url::pattern {
namespace {

using Set = TailSets::Word*;

bool repeats(Modifier modifier) {
  return modifier == Modifier::kZeroOrMore || modifier == Modifier::kOneOrMore;
}

bool may_be_absent(Modifier modifier) {
  return modifier == Modifier::kOptional || modifier == Modifier::kZeroOrMore;
}

/// Matches one input. First backwards: the tails that the parts from k on can match, for each k. Then,
/// for the captures, forwards: of the ways on that lead to the end, each part takes the one that a
/// backtracking matcher would have tried first.
class Match {
 public:
  /// `keeps` the sets of all parts, which captures() needs.
  Match(const StoredParts& parts, char delimiter, std::string_view input, bool keeps)
      : parts_(parts),
        delimiter_(delimiter),
        input_(input),
        keeps_(keeps),
        sets_(input, delimiter, kScratch + (keeps ? parts.size() + 1 : 2)),
        ends_(sets_.set(0)),
        starts_(sets_.set(1)),
        stops_(sets_.set(2)) {}

  bool test() {
    sets_.clear(tails(parts_.size()));
    sets_.insert(tails(parts_.size()), 0);
    for (std::size_t part = parts_.size(); part-- > 0;) {
      step_back(part, tails(part + 1), tails(part));
      if (sets_.is_empty(tails(part))) return false;
    }
    return sets_.has(tails(0), input_.size());
  }

  /// REQUIRES: test() was true, and the sets were kept.
  void captures(Captures& out) {
    out.clear();
    std::size_t length = input_.size();
    for (std::size_t part = 0; part < parts_.size(); ++part) {
      if (parts_.is_text(part)) {
        length = walk_text(part, length);
      } else {
        length = walk_group(part, length, out);
      }
    }
  }

 private:
  static constexpr std::size_t kScratch = 3;

  Set tails(std::size_t part) { return sets_.set(kScratch + (keeps_ ? part : part % 2)); }

  bool starts_with(std::size_t length, std::string_view text) const {
    return input_.substr(input_.size() - length).starts_with(text);
  }

  /// What stands between two repetitions: the suffix of one, and the prefix of the next.
  std::string_view joint(std::size_t part) {
    const std::string_view suffix = parts_.suffix(part);
    const std::string_view prefix = parts_.prefix(part);
    if (prefix.empty() || suffix.empty()) return prefix.empty() ? suffix : prefix;
    joint_.assign(suffix).append(prefix);
    return joint_;
  }

  void step_back(std::size_t part, Set next, Set to) {
    const Modifier modifier = parts_.modifier(part);
    if (parts_.is_text(part)) {
      const std::string_view text = parts_.value(part);
      if (!repeats(modifier)) {
        sets_.text(text, next, to);
        if (modifier == Modifier::kOptional) sets_.add(next, to);
      } else {
        sets_.texts(text, next, to);
        if (modifier == Modifier::kOneOrMore) sets_.text(text, to, to);
      }
      return;
    }
    find_ends_and_starts(part, next);
    sets_.text(parts_.prefix(part), starts_, to);
    if (may_be_absent(modifier)) sets_.add(next, to);
  }

  /// Where the wildcard of a group may end, finally, and where it may start.
  void find_ends_and_starts(std::size_t part, Set next) {
    sets_.text(parts_.suffix(part), next, ends_);
    if (parts_.type(part) == PartType::kFullWildcard) {
      sets_.any(ends_, starts_);
    } else if (repeats(parts_.modifier(part))) {
      sets_.segments(joint(part), ends_, starts_);
    } else {
      sets_.segment(ends_, starts_);
    }
  }

  std::size_t walk_text(std::size_t part, std::size_t length) {
    const std::string_view text = parts_.value(part);
    const Modifier modifier = parts_.modifier(part);
    if (modifier == Modifier::kNone) return length - text.size();
    if (text.empty()) return length;
    // As often as possible.
    const std::size_t most = modifier == Modifier::kOptional ? 1 : input_.size();
    const Set next = tails(part + 1);
    std::size_t best = length;
    for (std::size_t i = 0; i < most && starts_with(length, text); ++i) {
      length -= text.size();
      if (sets_.has(next, length)) best = length;
    }
    return best;
  }

  std::size_t walk_group(std::size_t part, std::size_t length, Captures& out) {
    const Modifier modifier = parts_.modifier(part);
    const std::string_view prefix = parts_.prefix(part);
    const std::string_view suffix = parts_.suffix(part);
    const bool is_bare = prefix.empty() && suffix.empty();
    find_ends_and_starts(part, tails(part + 1));
    if (may_be_absent(modifier) &&
        !(starts_with(length, prefix) && sets_.has(starts_, length - prefix.size()))) {
      // In `((?:X)*)` the group takes part all the same.
      if (is_bare && modifier == Modifier::kZeroOrMore) {
        out.emplace_back(input_.substr(input_.size() - length, 0));
      } else {
        out.emplace_back();
      }
      return length;
    }
    const std::size_t start = length - prefix.size();
    const std::size_t end = wildcard_end(part, start);
    if (is_bare && modifier == Modifier::kOptional && start == end) {
      out.emplace_back();  // `(X)?` does not count an empty match as taking part
    } else {
      out.emplace_back(input_.substr(input_.size() - start, start - end));
    }
    return end - suffix.size();
  }

  /// REQUIRES: ends_ and starts_ are of this part, and starts_ has `start`.
  std::size_t wildcard_end(std::size_t part, std::size_t start) {
    if (parts_.type(part) == PartType::kFullWildcard) return sets_.shortest(ends_);
    if (!repeats(parts_.modifier(part))) return sets_.longest_below(ends_, start);
    const std::string_view between = joint(part);
    if (between.empty()) {
      // Each repetition is as short as can be, and there are as many as can be: the run to its end.
      const std::size_t at = input_.size() - start;
      const std::size_t stop = delimiter_ == '\0' ? input_.size() : input_.find(delimiter_, at);
      return sets_.shortest(ends_, input_.size() - std::min(stop, input_.size()));
    }
    sets_.text(between, starts_, stops_);
    sets_.add(ends_, stops_);
    while (true) {
      const std::size_t stop = sets_.longest_below(stops_, start);
      if (!starts_with(stop, between) || !sets_.has(starts_, stop - between.size())) return stop;
      start = stop - between.size();
    }
  }

  const StoredParts& parts_;
  const char delimiter_;
  const std::string_view input_;
  const bool keeps_;
  TailSets sets_;
  const Set ends_;
  const Set starts_;
  const Set stops_;
  std::string joint_;
};

}  // namespace

bool test_parts(const StoredParts& parts, char delimiter, std::string_view input) {
  return Match(parts, delimiter, input, false).test();
}

bool exec_parts(const StoredParts& parts, char delimiter, std::string_view input, Captures& captures) {
  Match match(parts, delimiter, input, true);
  if (!match.test()) return false;
  match.captures(captures);
  return true;
}

}  // namespace cinnabar::url::pattern
