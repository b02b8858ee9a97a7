package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
    private final DrawnByRule engine = new DrawnByRule();

    @TempDir
    Path folder;

    private Cli run(String... args) {
        return Cli.run(engine.opener(), args);
    }

    private String grey(String name, int value) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        byte[] pixels = new byte[16 * 16 * 3];
        java.util.Arrays.fill(pixels, (byte) value);
        PngWriter.write(new RgbImage(16, 16, ByteBuffer.wrap(pixels)), Map.of(), file);
        return file.toString();
    }

    private String folder(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void comparesTwoFiles() throws Exception {
        Cli run = run("compare", grey("a.png", 100), grey("b.png", 110));
        assertThat(run.exitCode()).as(run.err()).isZero();
        // 10 log10(255^2 / 10^2)
        assertThat(run.outLines().get(1)).contains("28.13  0.9955     1.0000  ").endsWith("b.png");
        assertThat(run.outLines()).hasSize(4);
        assertThat(run.outLines().get(3)).isEqualTo("B: nothing is known of how they were drawn");
        assertThat(run.errLines()).isEmpty();
    }

    @Test
    void comparesFilesOfTheSameNamesBelowTwoFolders() throws Exception {
        grey("a/0.png", 100);
        grey("b/0.png", 110);
        grey("a/1/samples/0.png", 50);
        grey("b/1/samples/0.png", 50);
        grey("b/alone.png", 50);
        grey("a/best/1/0.png", 1);
        grey("b/best/1/0.png", 255);
        Cli run = run("compare", folder("a"), folder("b"));
        assertThat(run.outLines().get(1)).endsWith("  0.png");
        assertThat(run.outLines().get(2)).contains("equal").endsWith("1/samples/0.png");
        // the mean squared error is 50 of 100 and 0
        assertThat(run.outLines().get(3)).contains("31.14  ", "mean of 2,", "1 without any difference");
        assertThat(run.outLines().get(4)).contains("28.13  ").endsWith("worst of each");
        assertThat(run.errLines()).containsExactly("reflectionflow: 1 picture has no counterpart of the same name");
    }

    @Test
    void saysWhichSideIsApproximate() throws Exception {
        run("generate", "x", "-n", "2", "-o", folder("a"));
        run("generate", "x", "-n", "2", "--cache-threshold", "0.25", "-o", folder("b"));
        Cli run = run("compare", folder("a"), folder("b"));
        assertThat(run.out()).contains("A: exact", "B: cache threshold 0.25, 75.0 % of its steps skipped");
        assertThat(run.errLines()).isEmpty();
    }

    @Test
    void saysWhereRequestsDiffer() throws Exception {
        run("generate", "x", "--seed", "1", "-o", folder("a.png"));
        run("generate", "x", "--seed", "2", "-o", folder("b.png"));
        assertThat(run("compare", folder("a.png"), folder("b.png")).err())
                .contains("1 of 1 pair drawn for different requests");
    }

    /** Or else a reader would take the difference for the mode's. */
    @Test
    void saysWhereEnginesDiffer() throws Exception {
        run("generate", "x", "-n", "2", "-o", folder("a"));
        run("generate", "x", "-n", "2", "--device", "cuda:1", "-o", folder("card"));
        run("generate", "x", "-n", "2", "--device", "cuda:0", "-o", folder("card0"));
        run("generate", "x", "-n", "2", "--lora", "no/corrector.safetensors:0.5", "-o", folder("lora"));
        for (String other : List.of("card", "lora")) {
            Cli run = run("compare", folder("a"), folder(other), "--format", "json");
            assertThat(run.errLines())
                    .containsExactly(
                            "reflectionflow: 2 of 2 pairs drawn by another model, LoRA, computing type or device");
            JsonNode all = new ObjectMapper().readTree(run.outLines().get(2));
            assertThat(all.get("different_engines").intValue()).isEqualTo(2);
            assertThat(all.get("different_requests").intValue()).isZero();
        }
        assertThat(run("compare", folder("card"), folder("card0")).errLines()).isEmpty();
    }

    @Test
    void seesNamesInCapitals() throws Exception {
        grey("a/0.PNG", 1);
        grey("b/0.PNG", 1);
        assertThat(run("compare", folder("a"), folder("b")).exitCode()).isZero();
    }

    @Test
    void namesAFolderThatCannotBeRead() throws Exception {
        grey("a/0.png", 1);
        grey("b/0.png", 1);
        Path closed = Files.createDirectory(folder.resolve("a/closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(closed), "this user reads everything");
        assertRefused(run("compare", folder("a"), folder("b")), "closed: cannot be read");
    }

    @Test
    void printsAnObjectPerPairAndOneForAll() throws Exception {
        run("generate", "x", "-n", "2", "-o", folder("a"));
        run("generate", "x", "-n", "2", "--cache-threshold", "0.25", "-o", folder("b"));
        grey("a/0002.png", 50);
        grey("b/0002.png", 60);
        Cli run = run("compare", folder("a"), folder("b"), "--format", "json");
        assertThat(run.outLines()).hasSize(4);
        ObjectMapper mapper = new ObjectMapper();
        JsonNode pair = mapper.readTree(run.outLines().get(0));
        assertThat(pair.get("b").textValue()).isEqualTo(folder("b/0000.png"));
        assertThat(pair.get("psnr").isNull()).isTrue();
        assertThat(pair.get("ssim").doubleValue()).isGreaterThan(0.999999);
        JsonNode all = mapper.readTree(run.outLines().get(3));
        assertThat(all.get("pairs").intValue()).isEqualTo(3);
        assertThat(all.get("alone").intValue()).isZero();
        assertThat(all.get("different_requests").intValue()).isZero();
        assertThat(all.get("equal").intValue()).isEqualTo(2);
        assertThat(all.get("a").toString()).isEqualTo("{\"mode\":\"exact\",\"steps\":8,\"skipped_steps\":0}");
        assertThat(all.get("b").toString())
                .isEqualTo("{\"mode\":\"cache threshold 0.25\",\"steps\":8,\"skipped_steps\":6}");
        assertThat(all.get("mean").get("psnr").doubleValue())
                .isGreaterThan(all.get("worst").get("psnr").doubleValue());
    }

    @Test
    void namesWhatCannotBeCompared() throws Exception {
        String small = folder("small.png");
        PngWriter.write(new RgbImage(1, 1, ByteBuffer.allocate(3)), Map.of(), Path.of(small));
        String other = grey("a/0.png", 1);
        assertRefused(run("compare", other, small), "a/0.png", "small.png", "16x16 pixels cannot be compared with 1x1");
        assertRefused(run("compare", folder("a"), folder("no")), "no: no such folder");
        assertRefused(run("compare", folder("a"), small), "small.png: not a folder");
        grey("b/1.png", 1);
        assertRefused(run("compare", folder("a"), folder("b")), "no .png files of the same names");
        String text = Files.writeString(folder.resolve("text.png"), "text").toString();
        assertRefused(run("compare", other, text), "text.png: not a PNG");
    }

    private static void assertRefused(Cli run, String... words) {
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.errLines()).hasSize(1);
        assertThat(run.err()).contains(words);
    }
}
