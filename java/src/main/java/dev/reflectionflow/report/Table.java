package dev.reflectionflow.report;

import java.util.List;

/** A table of texts that scrolls by itself where the page is narrow. */
record Table(String caption, List<String> heads, List<List<String>> rows, String style) {
    /** A table of numbers. */
    Table(String caption, List<String> heads, List<List<String>> rows) {
        this(caption, heads, rows, null);
    }

    void write(Markup out) {
        out.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption);
        out.open("table", "class", style)
                .element("caption", caption)
                .open("thead")
                .open("tr");
        heads.forEach(head -> out.element("th", head, "scope", "col"));
        out.close("tr").close("thead").open("tbody");
        for (List<String> row : rows) {
            out.open("tr").element("th", row.get(0), "scope", "row");
            row.subList(1, row.size()).forEach(cell -> out.element("td", cell));
            out.close("tr");
        }
        out.close("tbody").close("table").close("div").raw("\n");
    }
}
