package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.GenerationRequest.Condition;
import dev.reflectionflow.Golden;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.internal.NativeEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a generation takes it gives back: tensor handles at once, memory in the long run. */
class FlatMemoryTest {
    /** More than the engine keeps of texts (64) and conditions (8), so that both rotate. */
    private static final int WARM_UP = 80;

    private static final int GENERATIONS = 200;

    /** Measured: 0 to 600. A loss of 17 KiB in each of the last 120 generations exceeds it. */
    private static final long MOST_GROWTH_KIB = 2048;

    private static FluxEngine tiny() {
        return FluxEngine.builder()
                .model(Golden.path("tiny-flux-dev").toString())
                .lora(Golden.path("lora/plain.safetensors"), 1)
                .threads(2)
                .build();
    }

    /** Every text and every condition image is new. */
    private static GenerationRequest request(int number) {
        ByteBuffer pixels = ByteBuffer.allocate(32 * 32 * 3).putInt(0, number);
        return GenerationRequest.builder("picture number " + number)
                .size(32, 32)
                .steps(1)
                .seed((long) number)
                .maxSequenceLength(16)
                .condition(number % 2 == 0 ? null : Condition.of(new RgbImage(32, 32, pixels)))
                .build();
    }

    @Test
    void aGenerationGivesBackItsHandles() {
        long before = NativeEngine.handlesAlive();
        try (FluxEngine engine = tiny()) {
            List<Long> handles = new ArrayList<>();
            for (int i = 0; i < WARM_UP + 20; i++) {
                engine.generate(request(i));
                handles.add(NativeEngine.handlesAlive());
            }
            assertThat(handles.get(0)).isGreaterThan(before);
            // What was made of the last prompt is kept: more of it where there was a condition.
            assertThat(handles.subList(WARM_UP, WARM_UP + 20))
                    .containsOnly(handles.get(WARM_UP), handles.get(WARM_UP + 1));
        }
        assertThat(NativeEngine.handlesAlive()).as("after closing").isEqualTo(before);
    }

    /** In a process of its own, whose Java heap is all in memory from the start: what grows then is native. */
    @Test
    void twoHundredGenerationsLeaveNativeMemoryFlat() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms96m",
                        "-Xmx96m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.bytedeco.javacpp.noPointerGC=true",
                        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FlatMemoryTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(Long.parseLong(printed.strip()))
                .as("KiB more after 200 generations")
                .isLessThan(MOST_GROWTH_KIB);
    }

    /** Prints by how many KiB the process grew from a warm engine to the end of the generations. */
    public static void main(String[] arguments) throws IOException {
        try (FluxEngine engine = tiny()) {
            long warm = 0;
            for (int i = 0; i < GENERATIONS; i++) {
                if (i == WARM_UP) {
                    warm = residentKibibytes();
                }
                engine.generate(request(i));
            }
            System.out.println(residentKibibytes() - warm);
        }
    }

    /** Memory of the process that is in RAM, but for mapped files. */
    private static long residentKibibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
