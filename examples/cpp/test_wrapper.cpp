// Tests text_processor.hpp. The exit status is 0 if everything holds; otherwise it prints the first failure.
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
  std::cerr << "this is false: " << what << '\n';
  std::exit(1);
}

// Returns the exception of this type that a function throws, if it throws one.
template <typename Exception, typename Function>
std::optional<Exception> thrown_by(Function function) {
  try {
    function();
    return std::nullopt;
  } catch (const Exception &exception) {
    return exception;
  }
}

void errors_have_a_code_an_offset_and_a_message() {
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
  expect(second && second->what() == std::string("two"), "a standard exception arrives unchanged");
  expect(analyzer.statistics().document_count == 2, "the documents stay added");
  analyzer.clear_callback();
  analyzer.add_document("three");
}

void a_callback_may_use_the_analyzer_and_replace_itself() {
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
  expect(heard == 1 && analyzer.statistics().document_count == 2, "an exception that was caught is not thrown again");
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
    expect(empty && empty->code() == TP_ERROR_NULL_POINTER, "an analyzer that was moved away refuses calls");
    expect(alive.use_count() == 2, "a callback that could not be set is freed");
  }
  expect(alive.use_count() == 1, "the callback is freed with the analyzer");
}

void each_thread_gets_the_exception_of_its_own_callback() {
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
  expect(analyzer.statistics().document_count == 2000, "all documents are there");
}

void terms_are_in_order_and_at_most_the_limit() {
  analyzer analyzer;
  expect(analyzer.top_terms(20).empty(), "an empty analyzer has no terms");
  analyzer.add_document(std::string_view("a rose is a rose z\0z", 20));
  expect(analyzer.top_terms(0).empty() && analyzer.top_terms(2).size() == 2, "the limit holds");
  const auto terms = analyzer.top_terms(100);
  expect(terms.size() == 4 && terms[1].term == "rose" && terms[1].count == 2, "the most frequent come first");
  expect(terms[3].term == std::string("z\0z", 3), "a term may hold a zero");
}

void events_have_the_information_of_a_callback() {
  analyzer analyzer;
  events events(analyzer);
  expect(!events.next(), "no event waits at first");
  analyzer.add_document("one");
  analyzer.add_document("two words");
  const auto first = events.next();
  expect(first && first->text == "one" && first->total_documents == 1, "the first event comes first");
  const auto second = events.next();
  expect(second && second->text == "two words" && second->word_count == 2, "then the second event");
  expect(!events.next(), "each comes once");
}

}  // namespace

int main() {
  errors_have_a_code_an_offset_and_a_message();
  anything_thrown_in_a_callback_reaches_the_caller();
  a_callback_may_use_the_analyzer_and_replace_itself();
  the_callback_is_freed_with_its_analyzer();
  each_thread_gets_the_exception_of_its_own_callback();
  terms_are_in_order_and_at_most_the_limit();
  events_have_the_information_of_a_callback();
}
