/**
 * Prints an event for each line of a file, statistics, and the twenty most frequent words.
 *
 * Each line is a document. If the library refuses a line, the program prints the error and goes on with the next line.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { TextAnalyzer, TextProcessorError } from './text_processor.js';

/** The exception of the callback; the library does not know it. */
class CallbackFailed extends Error {}

/** Returns the arguments, or undefined if they are wrong. */
function parse() {
  try {
    const { values, positionals } = parseArgs({
      options: { poll: { type: 'boolean', default: false }, 'fail-at': { type: 'string' } },
      allowPositionals: true,
    });
    // The first document has the number 1.
    const failAt = values['fail-at'] ?? '0';
    const isWrong = values['fail-at'] !== undefined && !/^0*[1-9]\d*$/.test(failAt);
    return isWrong || positionals.length !== 1
      ? undefined
      : { path: positionals[0], poll: values.poll, failAt: Number(failAt) };
  } catch {
    return undefined;
  }
}

/** @param {Buffer} text */
function* linesOf(text) {
  for (let begin = 0; begin < text.length;) {
    const found = text.indexOf('\n', begin);
    const end = found < 0 ? text.length : found;
    yield text.subarray(begin, end);
    begin = end + 1;
  }
}

/** @param {TextProcessorError} refused */
function describe(refused) {
  const place = refused.offset === undefined ? '' : ` at byte ${refused.offset}`;
  return `${refused.code}${place}: ${refused.message}`;
}

/**
 * Formats as %.6f in C, which rounds a number halfway between two results to the even digit; toFixed rounds it up. Such
 * numbers are the odd multiples of 1/128.
 *
 * @param {number} number
 */
function sixDigits(number) {
  const exact = number.toFixed(7);
  const isEvenBelow = Math.abs(number * 128) % 2 === 1 && '02468'.includes(exact.charAt(exact.length - 2));
  return isEvenBelow ? exact.slice(0, -1) : number.toFixed(6);
}

/** @param {string} line */
function print(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * @param {Buffer} text
 * @param {boolean} poll
 * @param {number} failAt
 */
function run(text, poll, failAt) {
  const analyzer = new TextAnalyzer();
  try {
    /** @param {import('./text_processor.js').DocumentEvent} event */
    const onDocument = ({ totalDocuments, wordCount, textLength }) => {
      if (totalDocuments === failAt) throw new CallbackFailed(`the callback failed at document ${totalDocuments}`);
      print(`document ${totalDocuments}: ${wordCount} words, ${textLength} bytes`);
    };
    const events = poll ? analyzer.events() : [];
    if (!poll) analyzer.setCallback(onDocument);

    let number = 0;
    for (const line of linesOf(text)) {
      number++;
      try {
        analyzer.addDocument(line);
        for (const event of events) onDocument(event);
      } catch (error) {
        if (error instanceof TextProcessorError) print(`line ${number}: ${describe(error)}`);
        else if (error instanceof CallbackFailed) print(`line ${number}: ${error.message}`);
        else throw error;
      }
    }
    printSummary(analyzer);
  } finally {
    analyzer.close();
  }
}

/** @param {TextAnalyzer} analyzer */
function printSummary(analyzer) {
  const statistics = analyzer.statistics();
  print(`documents: ${statistics.documentCount}`);
  print(`words: ${statistics.totalWords}`);
  print(`distinct words: ${statistics.uniqueWords}`);
  try {
    print(`sentiment: ${sixDigits(analyzer.sentiment())}`);
  } catch (error) {
    if (!(error instanceof TextProcessorError)) throw error;
    print(`sentiment: ${describe(error)}`);
  }
  for (const { term, count } of analyzer.topTerms(20)) print(`${count}\t${term}`);
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    console.error(`words: ${path}: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}

const parsed = parse();
if (parsed === undefined) {
  console.error('usage: words [--poll] [--fail-at N] FILE');
  process.exit(2);
}
run(read(parsed.path), parsed.poll, parsed.failAt);
