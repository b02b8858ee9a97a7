package dev.reflectionflow.report;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes elements of HTML and SVG; whatever a user or a service wrote passes {@link #text} or an attribute, escaped. */
final class Markup {
    private final Appendable out;

    Markup(Appendable out) {
        this.out = out;
    }

    /**
     * Opens an element.
     *
     * @param attributes names and values in turn; those with a null value are left out
     */
    Markup open(String element, String... attributes) {
        return tag(element, ">", attributes);
    }

    /** An element without content. */
    Markup empty(String element, String... attributes) {
        return tag(element, "/>", attributes);
    }

    Markup close(String element) {
        return raw("</" + element + ">");
    }

    /** An element that holds a text alone. */
    Markup element(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close(element);
    }

    Markup text(String text) {
        return raw(escaped(text));
    }

    /** What is markup already. */
    Markup raw(String markup) {
        try {
            out.append(markup);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Markup tag(String element, String end, String... attributes) {
        raw("<" + element);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i + 1] != null) {
                raw(" " + attributes[i] + "=\"" + escaped(attributes[i + 1]) + "\"");
            }
        }
        return raw(end);
    }

    /** Also without what XML knows no way to write: control characters and halves of characters. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isWritable(c) ? c : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    private static boolean isWritable(int c) {
        boolean control = (c < 0x20 && c != '\n' && c != '\t' && c != '\r') || (c >= 0x7F && c < 0xA0);
        return !control && !(c >= 0xD800 && c <= 0xDFFF) && c != 0xFFFE && c != 0xFFFF;
    }
}
