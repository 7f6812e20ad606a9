// What text_processor.hpp promises. Ends with 0 where it holds, and otherwise says what does not.
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "text_processor.hpp"

namespace {

using text_processor::analyzer;
using text_processor::document_event;
using text_processor::events;

static_assert(!std::is_copy_constructible_v<analyzer> && !std::is_copy_assignable_v<analyzer>);
static_assert(std::is_nothrow_move_constructible_v<analyzer> && std::is_nothrow_move_assignable_v<analyzer>);
static_assert(!std::is_copy_constructible_v<events> && std::is_nothrow_move_constructible_v<events>);

void expect(bool holds, std::string_view what) {
  if (holds) return;
  std::cerr << "this does not hold: " << what << '\n';
  std::exit(1);
}

// What a function throws, if it is of this type.
template <typename Exception, typename Function>
std::optional<Exception> thrown_by(Function function) {
  try {
    function();
    return std::nullopt;
  } catch (const Exception &exception) {
    return exception;
  }
}

void errors_tell_code_place_and_message() {
  analyzer analyzer;
  const auto wrong = thrown_by<text_processor::error>([&] { analyzer.add_document("good until \xff"); });
  expect(wrong && wrong->code() == TP_ERROR_INVALID_UTF8 && wrong->offset() == 11, "invalid UTF-8 has an offset");
  expect(wrong->what() == std::string("the text is not valid UTF-8: wrong byte at offset 11"), "it has a message");
  const auto blank = thrown_by<text_processor::error>([&] { analyzer.add_document({}); });
  expect(blank && blank->name() == "TP_ERROR_NO_WORDS" && !blank->offset(), "a blank document has no offset");
  const auto none = thrown_by<text_processor::error>([&] { analyzer.sentiment(); });
  expect(none && none->code() == TP_ERROR_NO_DOCUMENTS, "without documents there is no sentiment");
}

void anything_thrown_in_a_callback_reaches_the_caller() {
  analyzer analyzer;
  analyzer.set_callback([](const document_event &event) {
    if (event.total_documents == 1) throw 42;
    throw std::out_of_range(std::string(event.text));
  });
  expect(thrown_by<int>([&] { analyzer.add_document("one"); }) == 42, "an int can be thrown");
  const auto second = thrown_by<std::out_of_range>([&] { analyzer.add_document("two"); });
  expect(second && second->what() == std::string("two"), "a standard exception arrives as itself");
  expect(analyzer.statistics().documents == 2, "the documents stay added");
  analyzer.clear_callback();
  analyzer.add_document("three");
}

void a_callback_may_use_and_replace_itself_and_catch_within() {
  analyzer analyzer;
  std::size_t heard = 0;
  const auto alive = std::make_shared<int>(0);
  analyzer.set_callback([&, alive](const document_event &) {
    analyzer.set_callback([&](const document_event &) {
      ++heard;
      throw std::runtime_error("inner");
    });
    const auto inner = thrown_by<std::runtime_error>([&] { analyzer.add_document("inner"); });
    expect(inner.has_value() && alive.use_count() == 2, "the running callback lives until it returns");
  });
  analyzer.add_document("outer");
  expect(heard == 1 && analyzer.statistics().documents == 2, "an exception that was caught does not come again");
  expect(alive.use_count() == 1, "the callback that was replaced is freed");
}

void the_callback_is_freed_with_its_analyzer() {
  const auto alive = std::make_shared<int>(0);
  {
    analyzer first;
    first.set_callback([alive](const document_event &) {});
    analyzer second = std::move(first);
    second.add_document("moved");
    expect(alive.use_count() == 2, "the callback moves with the analyzer");
    const auto empty = thrown_by<text_processor::error>([&] { first.set_callback([alive](const document_event &) {}); });
    expect(empty && empty->code() == TP_ERROR_NULL_POINTER, "what was moved away can be asked nothing");
    expect(alive.use_count() == 2, "a callback that could not be set is freed");
  }
  expect(alive.use_count() == 1, "the callback is freed with the analyzer");
}

void each_thread_gets_what_its_own_callback_threw() {
  analyzer analyzer;
  analyzer.set_callback([](const document_event &event) { throw std::runtime_error(std::string(event.text)); });
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 500; ++i) {
        const auto text = std::to_string(thread) + " " + std::to_string(i);
        const auto caught = thrown_by<std::runtime_error>([&] { analyzer.add_document(text); });
        expect(caught && caught->what() == text, "a thread gets its own exception");
      }
    });
  }
  for (auto &thread : threads) thread.join();
  expect(analyzer.statistics().documents == 2000, "all documents are there");
}

void terms_come_in_order_and_no_more_than_asked_for() {
  analyzer analyzer;
  expect(analyzer.top_terms(20).empty(), "an empty analyzer has no terms");
  analyzer.add_document(std::string_view("a rose is a rose z\0z", 20));
  expect(analyzer.top_terms(0).empty() && analyzer.top_terms(2).size() == 2, "the limit holds");
  const auto terms = analyzer.top_terms(100);
  expect(terms.size() == 4 && terms[1].term == "rose" && terms[1].count == 2, "the most frequent come first");
  expect(terms[3].term == std::string("z\0z", 3), "a term may hold a zero");
}

void events_tell_what_a_callback_would_hear() {
  analyzer analyzer;
  events events(analyzer);
  expect(!events.next(), "none is waiting at first");
  analyzer.add_document("one");
  analyzer.add_document("two words");
  const auto first = events.next();
  expect(first && first->text == "one" && first->total_documents == 1, "the first comes first");
  const auto second = events.next();
  expect(second && second->text == "two words" && second->word_count == 2, "then the second");
  expect(!events.next(), "each comes once");
}

}  // namespace

int main() {
  errors_tell_code_place_and_message();
  anything_thrown_in_a_callback_reaches_the_caller();
  a_callback_may_use_and_replace_itself_and_catch_within();
  the_callback_is_freed_with_its_analyzer();
  each_thread_gets_what_its_own_callback_threw();
  terms_come_in_order_and_no_more_than_asked_for();
  events_tell_what_a_callback_would_hear();
}
