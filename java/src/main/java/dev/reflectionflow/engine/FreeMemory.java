package dev.reflectionflow.engine;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

/** Refuses what the machine has no room for before any of it is taken: Linux would end the process, not the request. */
final class FreeMemory {
    private static final Path CONTAINER = Path.of("/sys/fs/cgroup");
    private static final long UNLIMITED = Long.MAX_VALUE;

    private FreeMemory() {}

    /**
     * Returns where there is room, or where nobody knows.
     *
     * @param what needs it, for the message
     * @throws EngineException {@code OUT_OF_MEMORY} with what is needed and what there is
     */
    static void require(String what, long bytes) {
        OptionalLong available = available(
                read(Path.of("/proc/meminfo")),
                read(CONTAINER.resolve("memory.max")),
                read(CONTAINER.resolve("memory.stat")));
        if (available.isPresent() && available.getAsLong() < bytes) {
            throw new EngineException(
                    ErrorCode.OUT_OF_MEMORY,
                    String.format(
                            Locale.ROOT,
                            "%s needs %.1f GiB of memory, %.1f GiB are available",
                            what,
                            gib(bytes),
                            gib(available.getAsLong())));
        }
    }

    /** What the machine can give, or its container where that is less; empty where neither text says. */
    static OptionalLong available(String meminfo, String containerMax, String containerStat) {
        long machine = number(meminfo, "MemAvailable:", UNLIMITED >> 10) << 10;
        // "max" where there is no limit. Pages of files are given back when memory is short, anonymous ones are not.
        long limit = number("max " + containerMax.strip(), "max", UNLIMITED);
        long container = limit == UNLIMITED ? UNLIMITED : limit - number(containerStat, "anon", 0);
        long least = Math.min(machine, container);
        return least >= UNLIMITED >> 10 << 10 ? OptionalLong.empty() : OptionalLong.of(Math.max(least, 0));
    }

    /** The number behind a label at the start of a line. */
    private static long number(String lines, String label, long otherwise) {
        return lines.lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 1 && words[0].equals(label) && words[1].matches("\\d{1,18}"))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst()
                .orElse(otherwise);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    private static double gib(long bytes) {
        return bytes / (double) (1 << 30);
    }
}
