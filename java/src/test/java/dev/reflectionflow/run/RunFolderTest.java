package dev.reflectionflow.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    private static final Map<String, Object> CONFIG =
            Map.of("steps", 16, "seed", 5L, "verifier", Map.of("name", "scene"));
    private static final byte[] PIXELS = {1, 2, 3};

    @TempDir
    private Path temporary;

    private Path directory() {
        return temporary.resolve("some/run");
    }

    private RunFolder open() {
        return RunFolder.open(directory(), CONFIG);
    }

    private static JournalRecord.Drawn drawn(int prompt, int image, byte[] bytes) {
        GenerationRequest request = GenerationRequest.builder("a star")
                .size(16, 32)
                .steps(4)
                .seed(image + 10L)
                .build();
        RequestRecord made = RequestRecord.of(request);
        return new JournalRecord.Drawn(
                made.key("m"),
                prompt,
                image,
                0,
                image,
                null,
                null,
                RunLayout.sample(prompt, image),
                Hashes.sha256(bytes),
                made,
                "m",
                4,
                1.5);
    }

    private static JournalRecord.Judged judged(JournalRecord.Drawn image) {
        return new JournalRecord.Judged(
                image.promptIndex(),
                image.image(),
                image.sha256(),
                "scene",
                "scored",
                0.5,
                Map.of("a", 1.0),
                "why",
                false,
                null,
                2.0);
    }

    @Test
    void writesGenEvalsLayout() throws IOException {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("tag", "colors");
        row.put("prompt", "a photo of a red bench");
        try (RunFolder folder = open()) {
            folder.startPrompt(7, row);
            folder.keep(drawn(7, 0, PIXELS), PIXELS);
        }
        assertThat(directory().resolve("00007/metadata.jsonl"))
                .hasContent("{\"tag\":\"colors\",\"prompt\":\"a photo of a red bench\"}\n");
        assertThat(directory().resolve("00007/samples/00000.png")).hasBinaryContent(PIXELS);
        try (var files = Files.list(directory().resolve("00007/samples"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void remembersImagesAndJudgements() {
        JournalRecord.Drawn image = drawn(0, 1, PIXELS);
        try (RunFolder folder = open()) {
            folder.startPrompt(0, Map.of("prompt", "a star"));
            folder.keep(image, PIXELS);
            folder.keep(judged(image));
        }
        try (RunFolder folder = open()) {
            assertThat(folder.records().records(0)).containsExactly(image, judged(image));
            assertThat(folder.drawn(0, 1, image.key())).contains(image);
            assertThat(folder.drawn(0, 1, "another")).isEmpty();
            assertThat(folder.drawn(0, 0, image.key())).isEmpty();
            assertThat(folder.drawn(image.key())).contains(image);
            assertThat(folder.records().judged(image)).containsExactly(judged(image));
        }
    }

    @Test
    void forgetsImagesWhoseFilesAreGoneOrChanged() throws IOException {
        JournalRecord.Drawn image = drawn(0, 0, PIXELS);
        try (RunFolder folder = open()) {
            folder.startPrompt(0, Map.of("prompt", "a star"));
            folder.keep(image, PIXELS);
            Files.write(folder.resolve(image.file()), new byte[] {9});
            assertThat(folder.drawn(0, 0, image.key())).isEmpty();
            Files.delete(folder.resolve(image.file()));
            assertThat(folder.drawn(0, 0, image.key())).isEmpty();
        }
    }

    @Test
    void cutsATornLastLineOff() throws IOException {
        JournalRecord.Drawn image = drawn(0, 0, PIXELS);
        Path journal = directory().resolve("journal.jsonl");
        try (RunFolder folder = open()) {
            folder.startPrompt(0, Map.of("prompt", "a star"));
            folder.keep(image, PIXELS);
        }
        byte[] whole = Files.readAllBytes(journal);
        Files.writeString(journal, "{\"kind\":\"score\",\"prompt_ind", StandardOpenOption.APPEND);
        try (RunFolder folder = open()) {
            assertThat(folder.records().records(0)).containsExactly(image);
            assertThat(journal).hasBinaryContent(whole);
        }
    }

    @Test
    void namesADamagedLineInTheMiddle() throws IOException {
        open().close();
        Files.writeString(directory().resolve("journal.jsonl"), "{\"kind\":\"what\"}\n");
        assertError(ErrorCode.INVALID_FILE, "journal.jsonl, line 1");
    }

    @Test
    void refusesAnotherConfigurationByName() {
        open().close();
        Map<String, Object> other = new LinkedHashMap<>(CONFIG);
        other.put("verifier", Map.of("name", "openai"));
        assertThatThrownBy(() -> RunFolder.open(directory(), other))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                    assertThat(e.getMessage())
                            .contains("verifier.name \"scene\", not \"openai\"")
                            .contains("some/run");
                });
        open().close();
    }

    @Test
    void refusesAnotherPromptInTheSameFolder() {
        try (RunFolder folder = open()) {
            folder.startPrompt(0, Map.of("prompt", "a star"));
            folder.startPrompt(0, Map.of("prompt", "a star"));
            assertThatThrownBy(() -> folder.startPrompt(0, Map.of("prompt", "a circle")))
                    .isInstanceOfSatisfying(EngineException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                        assertThat(e.getMessage())
                                .contains("a star")
                                .contains("a circle")
                                .doesNotContain("\n");
                    });
        }
    }

    @Test
    void letsOneUserInAtATime() {
        try (RunFolder folder = open()) {
            assertThat(folder.records().records(0)).isEmpty();
            assertError(
                    ErrorCode.INVALID_FILE,
                    "in use by process " + ProcessHandle.current().pid());
        }
        open().close();
    }

    /** A refused second user must not cost the first one the lock: closing any channel of a file drops POSIX locks. */
    @Test
    void keepsTheLockWhenAnotherUserWasRefused() throws IOException {
        try (RunFolder folder = open()) {
            Object inode = Files.getAttribute(folder.directory().resolve(".lock"), "unix:ino");
            assertThat(locks(inode)).hasSize(1);
            assertThatThrownBy(this::open).isInstanceOf(EngineException.class);
            assertThat(locks(inode)).hasSize(1);
        }
    }

    /** The kernel's list of locks that this process holds on a file. */
    private static List<String> locks(Object inode) throws IOException {
        String pid = " " + ProcessHandle.current().pid() + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .filter(line -> line.contains(pid) && line.contains(":" + inode + " "))
                .toList();
    }

    @Test
    void aFullDiskLeavesNoHalfLine() throws IOException {
        Path journal = temporary.resolve("journal");
        try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileOps ops = new FileOps();
            ops.append(channel, new byte[] {1, 2});
            FileChannel full = new FullDisk(channel);
            assertThatThrownBy(() -> ops.append(full, new byte[] {3, 4, 5})).hasMessage("No space left on device");
            ops.append(channel, new byte[] {6});
        }
        assertThat(journal).hasBinaryContent(new byte[] {1, 2, 6});
    }

    @Test
    void saysWhereItCannotWrite() throws IOException {
        Files.createDirectories(directory().getParent());
        Files.writeString(directory(), "a file in the way");
        assertError(ErrorCode.INVALID_FILE, "some/run");
    }

    @Test
    void namesAnImageByEverythingThatItsPixelsDependOn() {
        GenerationRequest base = GenerationRequest.builder("p")
                .size(16, 16)
                .steps(4)
                .guidance(3.5)
                .seed(1L)
                .build();
        RgbImage image = new RgbImage(1, 1, ByteBuffer.allocate(3));
        RgbImage other = new RgbImage(1, 1, ByteBuffer.wrap(new byte[] {0, 0, 1}));
        List<GenerationRequest> requests = List.of(
                base,
                base.toBuilder().prompt("q").build(),
                base.toBuilder().prompt2("q").build(),
                base.toBuilder().width(32).build(),
                base.toBuilder().height(32).build(),
                base.toBuilder().steps(5).build(),
                base.toBuilder().guidance(3.0).build(),
                base.toBuilder().seed(2L).build(),
                base.toBuilder().maxSequenceLength(7).build(),
                base.toBuilder()
                        .condition(GenerationRequest.Condition.of(image))
                        .build(),
                base.toBuilder()
                        .condition(GenerationRequest.Condition.of(other))
                        .build());
        assertThat(requests.stream().map(r -> RequestRecord.of(r).key("m"))).doesNotHaveDuplicates();
        assertThat(RequestRecord.of(base).key("m"))
                .isEqualTo(RequestRecord.of(base.toBuilder().build()).key("m"))
                .isNotEqualTo(RequestRecord.of(base).key("n"));
    }

    private void assertError(ErrorCode code, String words) {
        assertThatThrownBy(this::open).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.getMessage()).contains(words).doesNotContain("\n");
        });
    }
}
