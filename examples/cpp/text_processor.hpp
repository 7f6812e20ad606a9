// text_processor for C++17: a header that wraps the C ABI.
//
// Objects own their memory and can be moved, but not copied. Errors are exceptions of type text_processor::error. An
// exception of a callback reaches the caller unchanged, after the C function has returned. As in C, several threads may
// use an analyzer at the same time. Do not destroy an analyzer before the calls of all threads have returned.
#ifndef TEXT_PROCESSOR_HPP
#define TEXT_PROCESSOR_HPP

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <text_processor.h>

namespace text_processor {

// An error of the library.
class error : public std::runtime_error {
 public:
  error(tp_status code, std::optional<std::uint64_t> offset, const std::string &message)
      : std::runtime_error(message), code_(code), offset_(offset) {}

  tp_status code() const noexcept { return code_; }

  // The name of the code, such as "TP_ERROR_NO_WORDS".
  std::string_view name() const noexcept { return tp_status_name(code_); }

  // The offset of the first wrong byte of the document, if the error has a place.
  std::optional<std::uint64_t> offset() const noexcept { return offset_; }

 private:
  tp_status code_;
  std::optional<std::uint64_t> offset_;
};

// A document that was just added. The text is valid only during the callback, or until the next call of events::next().
struct document_event {
  std::string_view text;
  std::uint64_t word_count;
  std::uint64_t total_documents;
};

// A term and its number of occurrences.
struct term_count {
  std::string term;
  std::uint64_t count;
};

namespace detail {

// The exception that a callback threw during the current call of this thread.
inline std::exception_ptr &thrown() noexcept {
  thread_local std::exception_ptr exception;
  return exception;
}

inline void check(tp_status status) {
  if (status == TP_OK) return;
  if (auto exception = std::exchange(thrown(), nullptr)) std::rethrow_exception(exception);
  const auto offset = tp_last_error_offset();
  throw error(status, offset < 0 ? std::nullopt : std::optional<std::uint64_t>(offset), tp_last_error_message());
}

inline document_event to_event(const tp_document_event &event) noexcept {
  return {{event.text, event.text_length}, event.word_count, event.total_documents};
}

// An Arrow structure, released with the object.
template <typename Structure>
class released {
 public:
  released() = default;
  released(const released &) = delete;
  released &operator=(const released &) = delete;
  ~released() {
    if (structure_.release != nullptr) structure_.release(&structure_);
  }
  Structure *get() noexcept { return &structure_; }
  Structure *operator->() noexcept { return &structure_; }

 private:
  Structure structure_{};
};

struct deleter {
  void operator()(tp_analyzer *analyzer) const noexcept { tp_analyzer_free(analyzer); }
  void operator()(tp_events *events) const noexcept { tp_events_free(events); }
};

}  // namespace detail

// An object to which you add documents, and which answers queries about all of them.
class analyzer {
 public:
  using callback = std::function<void(const document_event &)>;

  analyzer() {
    tp_analyzer *made = nullptr;
    detail::check(tp_analyzer_new(nullptr, &made));
    handle_.reset(made);
  }

  // Adds a document in UTF-8; the library copies the text.
  void add_document(std::string_view text) {
    detail::check(tp_analyzer_add_document(get(), text.data(), text.size()));
  }

  // Sets a function that is called with each added document, on the thread that adds the document. Its exceptions reach
  // the caller of add_document; the document stays added.
  void set_callback(callback function) {
    auto owned = std::make_unique<callback>(std::move(function));
    // The library frees the function, also if this call fails.
    detail::check(tp_analyzer_set_callback(get(), on_document, owned.release(), forget));
  }

  void clear_callback() { detail::check(tp_analyzer_clear_callback(get())); }

  // Returns statistics of all documents, taken at the same moment.
  tp_statistics statistics() const {
    tp_statistics statistics{};
    statistics.struct_size = sizeof statistics;
    detail::check(tp_analyzer_statistics(get(), &statistics));
    return statistics;
  }

  double sentiment() const {
    double sentiment = 0;
    detail::check(tp_analyzer_sentiment(get(), &sentiment));
    return sentiment;
  }

  // Returns the most frequent terms, at most `limit`. Terms with equal counts are in order of first appearance.
  std::vector<term_count> top_terms(std::size_t limit) const {
    std::vector<term_count> found;
    if (limit == 0) return found;
    detail::released<ArrowArrayStream> stream;
    detail::check(tp_analyzer_top_terms(get(), limit, stream.get()));
    // The first batch has all requested rows, except if their text is 2 GiB or more.
    while (found.size() < limit) {
      detail::released<ArrowArray> batch;
      if (stream->get_next(stream.get(), batch.get()) != 0) {
        throw std::runtime_error(stream->get_last_error(stream.get()));
      }
      if (batch->release == nullptr) break;
      append(*batch.get(), limit, found);
    }
    return found;
  }

  // The handle, for functions that this header does not wrap. It belongs to this object.
  tp_analyzer *get() const noexcept { return handle_.get(); }

 private:
  static std::int32_t on_document(void *user_data, const tp_document_event *event) noexcept {
    try {
      (*static_cast<callback *>(user_data))(detail::to_event(*event));
      return 0;
    } catch (...) {
      detail::thrown() = std::current_exception();
      return 1;
    }
  }

  static void forget(void *user_data) noexcept { delete static_cast<callback *>(user_data); }

  // Appends the rows of a batch of (term: utf8, count: uint64).
  static void append(const ArrowArray &batch, std::size_t limit, std::vector<term_count> &found) {
    const ArrowArray &terms = *batch.children[0];
    const ArrowArray &counts = *batch.children[1];
    const auto *offsets = static_cast<const std::int32_t *>(terms.buffers[1]) + terms.offset + batch.offset;
    const auto *text = static_cast<const char *>(terms.buffers[2]);
    const auto *count = static_cast<const std::uint64_t *>(counts.buffers[1]) + counts.offset + batch.offset;
    for (std::int64_t row = 0; row < batch.length && found.size() < limit; ++row) {
      const auto length = static_cast<std::size_t>(offsets[row + 1] - offsets[row]);
      found.push_back({std::string(text + offsets[row], length), count[row]});
    }
  }

  std::unique_ptr<tp_analyzer, detail::deleter> handle_;
};

// Stores an event for each document that you add to an analyzer after this object is made. It replaces a callback.
class events {
 public:
  explicit events(analyzer &analyzer) {
    tp_events *made = nullptr;
    detail::check(tp_events_new(analyzer.get(), &made));
    handle_.reset(made);
  }

  // Returns the next event, if one waits.
  std::optional<document_event> next() {
    const tp_document_event *event = nullptr;
    detail::check(tp_events_next(handle_.get(), &event));
    if (event == nullptr) return std::nullopt;
    return detail::to_event(*event);
  }

 private:
  std::unique_ptr<tp_events, detail::deleter> handle_;
};

}  // namespace text_processor

#endif
