// SPDX-License-Identifier: Apache-2.0
#include "app/match_command.h"

#include <boost/json.hpp>
#include <istream>
#include <ostream>
#include <string_view>
#include <utility>

#include "app/topic_tester.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

/// Groups of the components that the pattern says something about.
void print_groups(const url::UrlPattern& pattern, const url::UrlPatternMatch& match, std::ostream& out) {
  for (std::size_t i = 0; i < url::kComponents; ++i) {
    const auto component = static_cast<url::Component>(i);
    if (pattern.pattern(component) == "*") continue;
    for (const auto& [name, value] : match.components[i].groups) {
      out << "  " << name_of(component) << ' ' << name << " = "
          << (value ? json::serialize(json::value(*value)) : "undefined") << '\n';
    }
  }
}

/// Says of a topic that does not match where it differs.
void explain(const url::UrlPattern& pattern, const url::Url& url, std::ostream& out) {
  for (const auto& [component, value] : pattern.mismatches(url)) {
    out << "  " << name_of(component) << ' ' << json::serialize(json::value(std::string(value)))
        << " does not match " << json::serialize(json::value(pattern.pattern(component))) << '\n';
  }
}

bool report(const TopicTester& tester, const std::string& topic, std::ostream& out) {
  const bool matches = tester.matches(topic);
  out << topic << ": " << (matches ? "match" : "no match") << '\n';
  if (const url::UrlPattern* pattern = tester.url_pattern()) {
    const Result<url::Url> url = tester.resolve(topic);
    if (!url) {
      out << "  the topic is not a URL, so that no URL pattern matches it: " << url.error().detail << '\n';
    } else if (const auto match = pattern->exec(*url)) {
      print_groups(*pattern, *match, out);
    } else {
      explain(*pattern, *url, out);
    }
  }
  return matches;
}

/// One line of a batch.
struct Question {
  std::string pattern;
  std::optional<std::string> base;
  std::vector<std::string> topics;
};

Result<Question> parse_question(const std::string& line) {
  const auto invalid = [](std::string_view what) {
    return Error{ErrorCode::kInvalid, "The line must be {\"pattern\": …, \"base\": …, \"topics\": […]}: " +
                                          std::string(what) + "."};
  };
  json::error_code error;
  const json::value parsed = json::parse(line, error);
  if (error) return invalid("it is not JSON");
  const json::object* object = parsed.if_object();
  if (!object) return invalid("it is not an object");
  Question question;
  const json::value* pattern = object->if_contains("pattern");
  if (!pattern || !pattern->is_string()) return invalid("`pattern` must be a string");
  question.pattern = pattern->get_string();
  if (const json::value* base = object->if_contains("base"); base && !base->is_null()) {
    if (!base->is_string()) return invalid("`base` must be a string, null or absent");
    question.base = base->get_string();
  }
  const json::value* topics = object->if_contains("topics");
  if (!topics || !topics->is_array()) return invalid("`topics` must be an array of strings");
  for (const json::value& topic : topics->get_array()) {
    if (!topic.is_string()) return invalid("`topics` must be an array of strings");
    question.topics.emplace_back(topic.get_string());
  }
  return question;
}

void refuse(const Error& error, std::string& answers) {
  answers += R"({"valid":false,"matches":[],"error":)" + json::serialize(json::value(error.detail)) + "}\n";
}

/// Appends the answer to one line; false for a line that is no question.
bool answer(PatternKind kind, const std::string& line, std::string& answers) {
  const Result<Question> question = parse_question(line);
  if (!question) {
    refuse(question.error(), answers);
    return false;
  }
  const Result<TopicTester> tester = TopicTester::make(kind, question->pattern, question->base);
  if (!tester) {
    refuse(tester.error(), answers);
    return true;
  }
  answers += R"({"valid":true,"matches":[)";
  for (const std::string& topic : question->topics) {
    if (answers.back() != '[') answers += ',';
    answers += tester->matches(topic) ? "true" : "false";
  }
  answers += "],\"error\":null}\n";
  return true;
}

int run_batch(PatternKind kind, std::istream& in, std::ostream& out) {
  constexpr std::size_t kFlushBytes = 1 << 16;
  bool all_well = true;
  std::string line, answers;
  while (std::getline(in, line)) {
    if (line.empty()) continue;
    all_well = answer(kind, line, answers) && all_well;
    // Whoever waits for the answer before asking on gets it at once.
    if (answers.size() >= kFlushBytes || in.rdbuf()->in_avail() <= 0) {
      out << answers << std::flush;
      answers.clear();
    }
  }
  out << answers << std::flush;
  return all_well ? 0 : 1;
}

}  // namespace

int match_command(const MatchRequest& request, std::istream& in, std::ostream& out, std::ostream& err) {
  if (request.batch) return run_batch(request.kind, in, out);
  const Result<TopicTester> tester =
      TopicTester::make(request.kind, request.pattern.value_or(""), request.base);
  if (!tester) {
    err << "cinnabar match: " << tester.error().detail << '\n';
    return 1;
  }
  bool all = true;
  for (const std::string& topic : request.topics) all = report(*tester, topic, out) && all;
  if (request.topics.empty()) out << "The pattern is valid. Name topics to match after it.\n";
  out << std::flush;
  return all ? 0 : 1;
}

}  // namespace cinnabar
