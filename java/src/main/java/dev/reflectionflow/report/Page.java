package dev.reflectionflow.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** The report's page, from its head to its foot. */
final class Page {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

    private final String title;
    private final LocalDate date;
    private final List<Strategy> strategies;

    Page(String title, LocalDate date, List<Strategy> strategies) {
        this.title = title;
        this.date = date;
        this.strategies = strategies;
    }

    void write(Markup out) {
        head(out);
        out.open("body").element("a", "Skip to the prompts", "class", "skip", "href", "#prompts");
        out.open("header").element("p", "ReflectionFlow", "class", "brand").element("h1", title);
        long prompts = strategies.stream()
                .flatMap(one -> one.prompts().stream())
                .map(PromptTree::text)
                .distinct()
                .count();
        long images = strategies.stream().mapToLong(Strategy::images).sum();
        out.open("p", "class", "quiet").element("time", DATE.format(date), "datetime", date.toString());
        out.text(" \u00b7 " + count(strategies.size(), "run") + " \u00b7 " + count(prompts, "prompt") + " \u00b7 "
                + Words.images(images));
        out.close("p").open("nav", "aria-label", "Sections");
        for (String section : List.of("Outcome", "Curves", "Failures", "Prompts", "Runs")) {
            out.element("a", section, "href", "#" + section.toLowerCase(Locale.ROOT));
        }
        out.close("nav").close("header").open("main").raw("\n");
        new OutcomeSection(strategies, out).write();
        new CurveSection(strategies).write(out);
        new FailureSection(strategies).write(out);
        new PromptSection(strategies, out).write();
        new RunsSection(strategies, out).write();
        out.close("main").open("script").raw(resource("report.js")).close("script");
        out.close("body").close("html").raw("\n");
    }

    private void head(Markup out) {
        out.raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head").empty("meta", "charset", "utf-8");
        // nothing may be fetched, and no script may run but ours, whatever a prompt or a service wrote
        String policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-"
                + hash(resource("report.js")) + "'";
        out.empty("meta", "http-equiv", "Content-Security-Policy", "content", policy);
        out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        out.empty("meta", "name", "color-scheme", "content", "light dark");
        out.element("title", title).open("style");
        out.raw(resource("colors.css")).raw(resource("charts.css")).raw(resource("report.css"));
        out.close("style").close("head").raw("\n");
    }

    private static String count(long number, String word) {
        return Words.count(number) + " " + word + (number == 1 ? "" : "s");
    }

    static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
