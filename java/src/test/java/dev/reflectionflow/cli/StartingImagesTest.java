package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Starting from the images of an earlier run. */
class StartingImagesTest extends SearchFixture {
    private Path noise() {
        Path noise = folder.resolve("noise");
        assertThat(searchInto(noise, PROMPT, "--rounds", "1", "--branches", "3").exitCode())
                .isZero();
        engine.drawn.clear();
        return noise;
    }

    /** As the released noise script leaves it: names of round and seed, no text in the files. */
    private Path releasedNoise() throws IOException {
        Path samples = Files.createDirectories(folder.resolve("released/00004/samples"));
        Files.writeString(samples.resolveSibling("metadata.jsonl"), "{\"tag\":\"colors\",\"prompt\":\"a red circle\"}");
        int shade = 0;
        for (String name : new String[] {"1_round@99.png", "2_round@5.png", "10_round@7.png"}) {
            byte[] rgb = new byte[32 * 32 * 3];
            java.util.Arrays.fill(rgb, (byte) ++shade);
            PngWriter.write(new RgbImage(32, 32, ByteBuffer.wrap(rgb)), Map.of(), samples.resolve(name));
        }
        return folder.resolve("released");
    }

    @Test
    void theSamplesAreThePoolAndCostNothing() throws Exception {
        Path noise = noise();
        Cli run = search(
                "--imgpath",
                noise.toString(),
                "--rounds",
                "2",
                "--branches",
                "2",
                "--reflector",
                "scene",
                "--corrector",
                "c.safetensors",
                "--format",
                "json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(engine.drawn).hasSize(2).allMatch(drawn -> drawn.condition() != null);
        for (int i = 0; i < 3; i++) {
            String sample = "00000/samples/0000" + i + ".png";
            assertThat(output().resolve(sample)).hasSameBinaryContentAs(noise.resolve(sample));
        }
        JsonNode best = json(run.out());
        assertThat(best.get("prompt").textValue()).isEqualTo(PROMPT);
        assertThat(best.get("candidates").intValue()).isEqualTo(5);
        assertThat(best.at("/budget/images").intValue()).isEqualTo(2);
        assertThat(best.at("/budget/verifier_calls").intValue()).isEqualTo(5);
    }

    @Test
    void aSecondStartGoesOnAndAnotherPoolIsRefused() {
        Path noise = noise();
        String[] args = {"--imgpath", noise.toString(), "--rounds", "2", "--branches", "2"};
        Cli first = search(args);
        assertThat(first.exitCode()).as(first.err()).isZero();
        Cli again = search(args);
        assertThat(again.outLines()).isEqualTo(first.outLines());
        assertThat(again.err()).contains("5 of 5 candidates were there already");
        assertThat(engine.drawn).hasSize(2);
        Path other = folder.resolve("other");
        searchInto(other, PROMPT, "--rounds", "1", "--branches", "3", "--seed", "8");
        Cli refused = search("--imgpath", other.toString(), "--rounds", "2", "--branches", "2");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("did not start from", "choose another output folder");
    }

    @Test
    void noSeedOfThePoolIsDrawnAgain() {
        Path noise = folder.resolve("noise");
        searchInto(noise, "a lighthouse", "--rounds", "1", "--branches", "3");
        search("--imgpath", noise.toString(), "--rounds", "2", "--branches", "3");
        assertThat(engine.drawn).hasSize(6).doesNotHaveDuplicates();
    }

    /** B6, B14: a pool that does not count stays out of the samples, which GenEval's evaluator reads. */
    @Test
    void aReleasedRunIsReadInDrawingOrderAndItsPoolStaysBesideTheSamples() throws Exception {
        Path released = releasedNoise();
        Cli run = search("--imgpath", released.toString(), "--pool-uncounted", "--rounds", "2", "--branches", "1");
        assertThat(run.exitCode()).as(run.err()).isZero();
        Path theirs = released.resolve("00004/samples");
        Path ours = output().resolve("00004/pool");
        assertThat(ours.resolve("00000.png")).hasSameBinaryContentAs(theirs.resolve("1_round@99.png"));
        assertThat(ours.resolve("00001.png")).hasSameBinaryContentAs(theirs.resolve("2_round@5.png"));
        assertThat(ours.resolve("00002.png")).hasSameBinaryContentAs(theirs.resolve("10_round@7.png"));
        assertThat(run.outLines()).containsExactly(output() + "/00004/samples/00003.png");
        assertThat(run.err()).contains("best of 1: image 3");
        assertThat(Files.readString(output().resolve("00004/metadata.jsonl"))).contains("colors");
    }

    @Test
    void imagesThatMayNotAllBeJudgedAreRefused() {
        Path noise = noise();
        Cli few = search("--imgpath", noise.toString(), "--rounds", "2", "--max-verifier-calls", "2");
        assertThat(few.exitCode()).as(few.err()).isEqualTo(2);
        assertThat(few.err()).contains("3 images to start from", "2 verifier calls");
        assertThat(output().resolve("00000/samples/00000.png")).doesNotExist();
    }

    @Test
    void zeroOrderStartsFromNoiseThatIsKnown() throws Exception {
        Cli ours = search("--imgpath", noise().toString(), "--noise", "zero-order", "--rounds", "2", "--branches", "2");
        assertThat(ours.exitCode()).as(ours.err()).isZero();
        assertThat(engine.drawn).hasSize(2).allMatch(drawn -> drawn.noiseSteps().size() == 1);
        Cli theirs =
                searchInto(folder.resolve("t"), "--imgpath", releasedNoise().toString(), "--noise", "zero-order");
        assertThat(theirs.exitCode()).isEqualTo(3);
        assertThat(theirs.err()).contains("does not tell its seed");
    }

    @Test
    void rowsOfAFileMustBeThoseOfTheRun() throws Exception {
        Path released = releasedNoise();
        Path rows = Files.writeString(folder.resolve("rows.txt"), "a\nb\nc\nd\nsomething else\n");
        Cli other = search("--imgpath", released.toString(), "--prompts", rows.toString(), "--start_index", "4");
        assertThat(other.exitCode()).isEqualTo(3);
        assertThat(other.err()).contains("is about \"a red circle\", not \"something else\"");
        Cli missing = search("--imgpath", released.toString(), "--prompts", rows.toString(), "--end_index", "1");
        assertThat(missing.err()).contains("00000/metadata.jsonl: no such file");
        Cli empty = search("--imgpath", folder.resolve("released/00004/samples").toString());
        assertThat(empty.exitCode()).isEqualTo(3);
        assertThat(empty.err()).contains("holds no run");
    }
}
