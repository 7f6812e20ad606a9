/** The corpus engine text_processor for Java, over its C ABI. {@link textprocessor.TextAnalyzer} is where to begin. */
package textprocessor;
