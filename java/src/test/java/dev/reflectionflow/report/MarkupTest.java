package dev.reflectionflow.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkupTest {
    @Test
    void textsAndAttributesAreInert() {
        StringBuilder out = new StringBuilder();
        new Markup(out).element("p", "<script>&", "title", "\"'><b>", "lang", null);
        assertThat(out).hasToString("<p title=\"&quot;&#39;&gt;&lt;b&gt;\">&lt;script&gt;&amp;</p>");
    }

    @Test
    void whatXmlCannotHoldIsReplaced() {
        assertThat(Markup.escaped("a\u0000b\uD800c\u001bd\u0085\uFFFF\n"))
                .isEqualTo("a\uFFFDb\uFFFDc\uFFFDd\uFFFD\uFFFD\n");
        assertThat(Markup.escaped("\uD83D\uDE00")).isEqualTo("\uD83D\uDE00");
    }
}
