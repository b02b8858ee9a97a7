package dev.reflectionflow.train.data;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PictureDecoder;
import dev.reflectionflow.image.PngWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Small shards on the disk: sample n has the prompt {@code "prompt n"} and pictures in colours of its own. */
public final class TestShards {
    static final Map<String, List<Double>> EVEN =
            Map.of("general", List.of(1.0), "length", List.of(1.0), "rule", List.of(1.0), "editing", List.of(1.0));

    private TestShards() {}

    static TestTar add(TestTar tar, int number, String subset) {
        String key = String.format("%08d.", number);
        return tar.file(key + "good_image.png", picture(number, 0))
                .file(key + "bad_image.png", picture(number, 200))
                .file(key + "reflection.txt", "mend number " + number)
                .file(key + "prompt.txt", "prompt " + number)
                .file(key + "subset.txt", subset);
    }

    /** Writes {@code name} with samples from {@code first} on, one for each subset. */
    public static Path write(Path folder, String name, int first, String... subsets) {
        TestTar tar = new TestTar();
        IntStream.range(0, subsets.length).forEach(i -> add(tar, first + i, subsets[i]));
        return write(folder.resolve(name), tar.bytes());
    }

    static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] picture(int number, int blue) {
        byte[] pixels = new byte[4 * 4 * 3];
        for (int i = 0; i < pixels.length; i += 3) {
            pixels[i] = (byte) number;
            pixels[i + 1] = (byte) (number >> 8);
            pixels[i + 2] = (byte) blue;
        }
        return PngWriter.toBytes(new RgbImage(4, 4, ByteBuffer.wrap(pixels)), Map.of());
    }

    static DataConfig config(MixingSchedule mixing, int buffer, Object... shards) {
        List<String> patterns = new ArrayList<>();
        for (Object shard : shards) {
            patterns.add(shard.toString());
        }
        return new DataConfig(patterns, mixing, 4, 4, Drops.NONE, buffer, 0, 7);
    }

    static MixingSchedule even() {
        return new MixingSchedule(EVEN, List.of(0L));
    }

    /** A training source that never waits. */
    static MixedSource open(DataConfig config, DataPosition position, List<String> problems) {
        return open(config, position, problems, PictureDecoder::decode);
    }

    static MixedSource open(
            DataConfig config, DataPosition position, List<String> problems, RawSample.Decoder decoder) {
        return new MixedSource(config, position, problems::add, decoder, Duration.ZERO);
    }

    static List<String> prompts(Batch batch) {
        return batch.samples().stream().map(Sample::prompt).toList();
    }
}
