// Prints an event for each line of a file, statistics, and the twenty most frequent words.
// Each line is a document. If the library refuses a line, the program prints the error and goes on with the next line.
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "text_processor.hpp"

namespace {

struct arguments {
  std::string path;
  std::uint64_t fail_at = 0;
  bool poll = false;
};

// Returns nothing if the arguments are wrong.
std::optional<arguments> parse(int argc, char **argv) {
  arguments parsed;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--poll") {
      parsed.poll = true;
    } else if (argument == "--fail-at") {
      const std::string number = i + 1 < argc ? argv[++i] : "";
      if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
      parsed.fail_at = std::strtoull(number.c_str(), nullptr, 10);
      if (parsed.fail_at == 0) return std::nullopt;
    } else if (argument.empty() || argument[0] == '-' || !parsed.path.empty()) {
      return std::nullopt;
    } else {
      parsed.path = argument;
    }
  }
  return parsed.path.empty() ? std::nullopt : std::optional(parsed);
}

std::string read_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::system_error(errno, std::generic_category());
  return {std::istreambuf_iterator<char>(file), {}};
}

void print_error(const text_processor::error &error) {
  std::cout << error.name();
  if (const auto offset = error.offset()) std::cout << " at byte " << *offset;
  std::cout << ": " << error.what() << '\n';
}

void run(const arguments &arguments, std::string_view text) {
  text_processor::analyzer analyzer;
  const auto on_document = [&arguments](const text_processor::document_event &event) {
    if (event.total_documents == arguments.fail_at) {
      throw std::runtime_error("the callback failed at document " + std::to_string(event.total_documents));
    }
    std::cout << "document " << event.total_documents << ": " << event.word_count << " words, " << event.text.size()
              << " bytes\n";
  };
  std::optional<text_processor::events> events;
  if (arguments.poll) {
    events.emplace(analyzer);
  } else {
    analyzer.set_callback(on_document);
  }

  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + (line.size() < text.size()));
    try {
      analyzer.add_document(line);
      while (events) {
        const auto event = events->next();
        if (!event) break;
        on_document(*event);
      }
    } catch (const text_processor::error &error) {
      std::cout << "line " << number << ": ";
      print_error(error);
    } catch (const std::runtime_error &error) {
      std::cout << "line " << number << ": " << error.what() << '\n';
    }
  }

  const auto statistics = analyzer.statistics();
  std::cout << "documents: " << statistics.document_count << "\nwords: " << statistics.total_words
            << "\ndistinct words: " << statistics.unique_words << "\nsentiment: ";
  try {
    std::cout << std::fixed << std::setprecision(6) << analyzer.sentiment() << '\n';
  } catch (const text_processor::error &error) {
    print_error(error);
  }
  for (const auto &[term, count] : analyzer.top_terms(20)) std::cout << count << '\t' << term << '\n';
}

}  // namespace

int main(int argc, char **argv) {
  const auto arguments = parse(argc, argv);
  if (!arguments) {
    std::cerr << "usage: words [--poll] [--fail-at N] FILE\n";
    return 2;
  }
  try {
    run(*arguments, read_file(arguments->path));
    if (!std::cout.flush()) throw std::system_error(errno, std::generic_category(), "standard output");
    return 0;
  } catch (const std::exception &error) {
    std::cerr << "words: " << arguments->path << ": " << error.what() << '\n';
    return 1;
  }
}
