package dev.reflectionflow.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;

/** Where a command speaks: results on stdout, notes and the progress line on stderr. Thread-safe. */
final class Console {
    private static final int USUAL_WIDTH = 80;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean live;
    private final int width;
    private boolean lineShown;

    Console(PrintWriter out, PrintWriter err, boolean live, int width) {
        this.out = out;
        this.err = err;
        this.live = live;
        this.width = width;
    }

    /** The command's streams; the progress line shows only where stderr is a terminal that can rewrite a line. */
    static Console of(CommandLine line) {
        Map<String, String> env = System.getenv();
        boolean live = stderrIsTerminal() && !"dumb".equals(env.get("TERM"));
        return new Console(line.getOut(), line.getErr(), live, width(env.get("COLUMNS")));
    }

    /** A result. */
    synchronized void result(String text) {
        clear();
        out.println(text);
        out.flush();
    }

    /** Something to know that is no result. */
    synchronized void note(String text) {
        clear();
        err.println("reflectionflow: " + oneLine(text));
        err.flush();
    }

    boolean isLive() {
        return live;
    }

    /** Columns that a progress line may take. */
    int width() {
        return width;
    }

    /** Puts {@code text} in the place of the last progress line. */
    synchronized void progress(String text) {
        if (live) {
            err.print("\r" + text.substring(0, Math.min(text.length(), width)) + "\033[K");
            err.flush();
            lineShown = true;
        }
    }

    /** Takes the progress line away. */
    synchronized void clear() {
        if (lineShown) {
            err.print("\r\033[K");
            err.flush();
            lineShown = false;
        }
    }

    /** The text without line breaks or other control characters. */
    static String oneLine(String text) {
        return String.valueOf(text).strip().replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ");
    }

    /** {@link System#console()} looks at stdin and stdout, which are often pipes where stderr is not. */
    private static boolean stderrIsTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** One column stays free: a full line would wrap. */
    private static int width(String columns) {
        try {
            return Math.max(20, Integer.parseInt(columns) - 1);
        } catch (NumberFormatException e) {
            return USUAL_WIDTH - 1;
        }
    }
}
