package dev.reflectionflow.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenRefExportTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        SampleRun.write(folder.resolve("run"), "reflection");
    }

    private GenRefExport.Written export(String name, int shardSize, double minGap) {
        return GenRefExport.write(List.of(folder.resolve("run")), folder.resolve(name), shardSize, minGap);
    }

    /** Files of an archive in order, read block by block. */
    private static Map<String, byte[]> files(Path tar) throws IOException {
        byte[] bytes = Files.readAllBytes(tar);
        assertThat(bytes.length % 512).isZero();
        Map<String, byte[]> files = new LinkedHashMap<>();
        int at = 0;
        while (bytes[at] != 0) {
            String name = new String(bytes, at, 100, StandardCharsets.US_ASCII).trim();
            int size = Integer.parseInt(new String(bytes, at + 124, 11, StandardCharsets.US_ASCII), 8);
            files.put(name, Arrays.copyOfRange(bytes, at + 512, at + 512 + size));
            at += 512 + (size + 511) / 512 * 512;
        }
        assertThat(bytes.length - at).as("empty blocks at the end").isEqualTo(1024);
        return files;
    }

    private static String text(Map<String, byte[]> files, String name) {
        return new String(files.get(name), StandardCharsets.UTF_8);
    }

    /** 2 and 4 scored higher than 0, and 5 than 4; 3 scored lower than 1, and the hostile prompt has no reflection. */
    @Test
    void pairsAreThoseWhoseReflectionHelped() throws IOException {
        GenRefExport.Written written = export("out", 100, 0);
        assertThat(written.pairs()).isEqualTo(3);
        assertThat(written.shards()).containsExactly(folder.resolve("out/genref_0.tar"));
        Map<String, byte[]> files = files(folder.resolve("out/genref_0.tar"));
        assertThat(files.keySet())
                .startsWith(
                        "00000000.good_image.jpg",
                        "00000000.bad_image.jpg",
                        "00000000.reflection.txt",
                        "00000000.prompt.txt",
                        "00000000.subset.txt")
                .hasSize(15);
        assertThat(text(files, "00000000.reflection.txt")).isEqualTo("Move the red circle to the left.");
        assertThat(text(files, "00000001.reflection.txt")).isEqualTo("Remove the green star.");
        assertThat(text(files, "00000002.reflection.txt")).isEqualTo("Make the square bluer.");
        assertThat(text(files, "00000002.prompt.txt")).isEqualTo(SampleRun.POSITION);
        assertThat(text(files, "00000002.subset.txt")).isEqualTo("rule");
        assertThat(files.get("00000000.bad_image.jpg")).isEqualTo(files.get("00000001.bad_image.jpg"));
    }

    @Test
    void imagesAreTheRunsOwn() throws IOException {
        export("out", 100, 0);
        Map<String, byte[]> files = files(folder.resolve("out/genref_0.tar"));
        BufferedImage good = ImageIO.read(new ByteArrayInputStream(files.get("00000000.good_image.jpg")));
        BufferedImage png =
                ImageIO.read(folder.resolve("run/00000/samples/00002.png").toFile());
        assertThat(good.getWidth()).isEqualTo(png.getWidth());
        long difference = 0;
        for (int i = 0; i < 64 * 64; i++) {
            for (int shift = 0; shift <= 16; shift += 8) {
                int one = good.getRGB(i % 64, i / 64) >> shift & 0xff;
                difference += Math.abs(one - (png.getRGB(i % 64, i / 64) >> shift & 0xff));
            }
        }
        assertThat(difference / (3.0 * 64 * 64)).as("mean difference").isLessThan(6);
    }

    @Test
    void aGapLeavesCloseScoresOut() {
        assertThat(export("half", 100, 0.5).pairs()).isEqualTo(1);
        assertThat(export("none", 100, 0.9).shards()).isEmpty();
    }

    @Test
    void shardsAreEqualWhenMadeAgainAndHoldNoMoreThanAsked() throws IOException {
        assertThat(export("a", 2, 0).shards()).hasSize(2);
        export("b", 2, 0);
        for (String shard : List.of("genref_0.tar", "genref_1.tar")) {
            assertThat(folder.resolve("a").resolve(shard))
                    .hasSameBinaryContentAs(folder.resolve("b").resolve(shard));
        }
        assertThat(files(folder.resolve("a/genref_1.tar")).keySet()).first().isEqualTo("00000002.good_image.jpg");
    }

    @Test
    void neverMixesWithAnotherExport() {
        export("out", 1, 0);
        assertThatThrownBy(() -> export("out", 100, 0))
                .isInstanceOf(EngineException.class)
                .hasMessageEndingWith("is there already; choose another output folder");
    }

    @Test
    void otherProgramsReadTheArchive() throws Exception {
        export("out", 100, 0);
        Path shard = folder.resolve("out/genref_0.tar");
        Process tar = new ProcessBuilder("tar", "--utc", "-tvf", shard.toString()).start();
        String listed = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tar.waitFor()).isZero();
        assertThat(listed.lines()).hasSize(15).allMatch(line -> line.contains("1970-01-01 00:00"));
    }
}
