package dev.reflectionflow.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A page in a headless Chromium, spoken to by the DevTools protocol. */
final class Chromium implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final DevTools page;

    /** Where it is on this machine, if it is. */
    static Optional<Path> find() {
        Stream<Path> folders =
                Stream.of(("/usr/bin:" + System.getenv("PATH")).split(":")).map(Path::of);
        return folders.flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(folder::resolve))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts a browser of its own, with an empty profile. */
    Chromium(Path program, Path profile) throws Exception {
        process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .start();
        try {
            HttpClient http = HttpClient.newHttpClient();
            URI targets = URI.create("http://127.0.0.1:" + port() + "/json/list");
            String list = http.send(HttpRequest.newBuilder(targets).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            page = new DevTools(http, URI.create(pageAddress(list)));
        } catch (Exception e) {
            process.destroyForcibly();
            throw e;
        }
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            page.call(domain + ".enable", Map.of());
        }
    }

    private int port() throws IOException {
        BufferedReader lines = process.inputReader();
        String said = lines.readLine();
        while (said != null && !said.startsWith("DevTools listening on ")) {
            said = lines.readLine();
        }
        if (said == null) {
            throw new IOException("Chromium ended before it listened");
        }
        Thread drain = new Thread(() -> lines.lines().forEach(line -> {}), "chromium's words");
        drain.setDaemon(true);
        drain.start();
        return URI.create(said.substring(said.indexOf("ws://"))).getPort();
    }

    private static String pageAddress(String targets) throws IOException {
        for (JsonNode target : JSON.readTree(targets)) {
            if (target.path("type").asText().equals("page")) {
                return target.path("webSocketDebuggerUrl").asText();
            }
        }
        throw new IOException("Chromium has no page: " + targets);
    }

    /** Opens a file and waits until all of it is loaded. */
    void open(Path file) throws Exception {
        page.call("Page.navigate", Map.of("url", file.toUri().toString()));
        page.awaitLoaded();
    }

    /** Gives the window a width in pixels. */
    void width(int pixels) throws Exception {
        page.call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", pixels, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    }

    /** The value of an expression; promises are waited for. */
    JsonNode evaluate(String expression) throws Exception {
        JsonNode answer = page.call(
                "Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(answer.get("exceptionDetails").toString());
        }
        return answer.path("result").path("value");
    }

    /** Exceptions and errors and warnings on the console. */
    List<String> complaints() {
        return page.events().stream()
                .filter(event -> switch (event.path("method").asText()) {
                    case "Runtime.exceptionThrown" -> true;
                    case "Runtime.consoleAPICalled" ->
                        List.of("error", "warning")
                                .contains(event.path("params").path("type").asText());
                    case "Log.entryAdded" ->
                        List.of("error", "warning")
                                .contains(event.path("params")
                                        .path("entry")
                                        .path("level")
                                        .asText());
                    default -> false;
                })
                .map(JsonNode::toString)
                .toList();
    }

    /** Addresses that were asked for, without what is in the page itself. */
    List<String> requests() {
        return page.events().stream()
                .filter(event -> event.path("method").asText().equals("Network.requestWillBeSent"))
                .map(event -> event.path("params").path("request").path("url").asText())
                .filter(url -> !url.startsWith("data:"))
                .toList();
    }

    /** Ends it and waits for all of its processes, which would write to the profile still. */
    @Override
    public void close() throws Exception {
        List<ProcessHandle> helpers = process.descendants().toList();
        page.tell("Browser.close");
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        for (ProcessHandle helper : helpers) {
            helper.destroyForcibly();
            helper.onExit().get(DevTools.SECONDS, TimeUnit.SECONDS);
        }
    }
}
