package dev.reflectionflow.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** What Linux says of this machine. */
final class Machine {
    /** The instructions that decide how fast the CPU draws. */
    private static final List<String> FEATURES =
            List.of("avx2", "fma", "avx512f", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16");

    private Machine() {}

    /** Facts by name, none of which needs native code. */
    static Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("java", Runtime.version() + ", " + System.getProperty("java.home"));
        facts.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        String cpu = read("/proc/cpuinfo");
        facts.put("cpu", cpu());
        Set<String> flags =
                new LinkedHashSet<>(Arrays.asList(value(cpu, "flags").orElse("").split(" ")));
        flags.retainAll(FEATURES);
        facts.put("cpu_features", flags.isEmpty() ? "none that matter" : String.join(" ", flags));
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        String memory = read("/proc/meminfo");
        facts.put("memory", gib(memory, "MemTotal") + ", " + gib(memory, "MemAvailable") + " available");
        return facts;
    }

    /** The processor's name. */
    static String cpu() {
        return value(read("/proc/cpuinfo"), "model name").orElse("unknown");
    }

    /** The most memory that this process has had so far, mapped files that were in use included. */
    static OptionalLong peakBytes() {
        return value(read("/proc/self/status"), "VmHWM").stream()
                .mapToLong(kib -> Long.parseLong(kib.replace(" kB", "")) << 10)
                .findFirst();
    }

    /** Milliseconds since the system started this process, the JVM's own start included; as fine as 10 ms. */
    static OptionalDouble sinceStartMs() {
        return sinceStartMs(read("/proc/self/stat"), read("/proc/uptime"));
    }

    /**
     * The same of what Linux says.
     *
     * @param stat the text of {@code /proc/self/stat}: the name in parentheses, then 19 fields, then the start in hundredths of
     *     a second since the system's own
     * @param uptime the text of {@code /proc/uptime}, which begins with the seconds since then
     */
    static OptionalDouble sinceStartMs(String stat, String uptime) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        if (fields.length < 20 || uptime.indexOf(' ') < 0) {
            return OptionalDouble.empty();
        }
        double now = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
        return OptionalDouble.of(1000 * now - 10 * Double.parseDouble(fields[19]));
    }

    /**
     * The files of libraries that this process has loaded; the system adds " (deleted)" where one has been replaced since.
     *
     * @param maps the text of {@code /proc/self/maps}
     * @param name how the files' names begin
     */
    static List<String> mapped(String maps, String name) {
        return maps.lines()
                .filter(line -> line.indexOf('/') >= 0)
                .map(line -> line.substring(line.indexOf('/')))
                .filter(file -> file.substring(file.lastIndexOf('/') + 1).startsWith(name))
                .distinct()
                .toList();
    }

    /** The same of this process. */
    static List<String> mapped(String name) {
        return mapped(read("/proc/self/maps"), name);
    }

    private static String gib(String memory, String name) {
        return value(memory, name)
                .map(kib -> String.format(Locale.ROOT, "%.1f GiB", Long.parseLong(kib.replace(" kB", "")) / 1048576.0))
                .orElse("unknown");
    }

    /** The value of the first line {@code name: value}. */
    static Optional<String> value(String lines, String name) {
        return lines.lines()
                .filter(line -> line.startsWith(name) && line.indexOf(':') > 0)
                .filter(line -> line.substring(0, line.indexOf(':')).strip().equals(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return "";
        }
    }
}
