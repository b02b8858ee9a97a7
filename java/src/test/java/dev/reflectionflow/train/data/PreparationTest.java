package dev.reflectionflow.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.Golden;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PictureDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PreparationTest {
    private static final String REFLECTION = "Add a circle.";

    /** Against the released steps done by Pillow, with the crop in the middle. */
    @Test
    void everyGoldenPairIsBitEqualToPillow() throws IOException {
        int cases = 0;
        for (JsonNode one : Golden.json("preprocess.json")) {
            RawSample raw = raw(
                    Files.readAllBytes(Golden.path(one.get("good").asText())),
                    Files.readAllBytes(Golden.path(one.get("bad").asText())));
            int target = one.get("target_size").asInt();
            int size = one.get("condition_size").asInt();
            Sample sample = prepare(preparation(target, size, Drops.NONE), raw, Optional.empty());
            assertThat(sample.image().sha256())
                    .isEqualTo(one.get("image_sha256").asText());
            assertThat(sample.condition().get().sha256())
                    .isEqualTo(one.get("condition_sha256").asText());
            assertThat(sample.condition().get().width()).isEqualTo(size);
            cases++;
        }
        assertThat(cases).isEqualTo(5);
    }

    @Test
    void bothPicturesAreCroppedAtTheSamePlaceWhichVaries() throws IOException {
        byte[] wide = Files.readAllBytes(Golden.path("image0.png"));
        RawSample raw = raw(wide, wide);
        Preparation preparation = preparation(16, 16, Drops.NONE);
        List<RgbImage> crops = new Random(1)
                .ints(20)
                .mapToObj(seed -> prepare(preparation, raw, Optional.of(new Random(seed))))
                .peek(sample -> assertThat(sample.condition()).contains(sample.image()))
                .peek(sample -> assertThat(sample.whole()).isFalse())
                .map(Sample::image)
                .distinct()
                .toList();
        assertThat(crops).hasSizeBetween(4, 8);
    }

    @Test
    void nothingIsCutOffASquarePicture() {
        assertThat(many("rule", REFLECTION, Drops.PUBLISHED)).allMatch(Sample::whole);
    }

    @Test
    void dropsComeAsOftenAsAskedAndAsReleased() {
        List<Sample> samples = many("rule", REFLECTION, new Drops(0.1, 0.2, 0.3, false));
        assertThat(share(samples, sample -> sample.description().isEmpty())).isBetween(0.07, 0.13);
        assertThat(share(samples, PreparationTest::isBlack)).isBetween(0.16, 0.24);
        assertThat(samples)
                .noneMatch(sample -> isBlack(sample) && sample.description().contains(REFLECTION));
        // kept with probability 0.9 * 0.8 * 0.7
        assertThat(share(samples, sample -> sample.description().equals("p [Reflexion] " + REFLECTION)))
                .isBetween(0.45, 0.56);
        assertThat(samples).allMatch(sample -> sample.prompt().equals("p"));
    }

    @Test
    void editingKeepsItsConditionAndAShortReflectionIsNone() {
        Drops images = new Drops(0, 1, 0, false);
        assertThat(many("editing", REFLECTION, images))
                .noneMatch(PreparationTest::isBlack)
                .allMatch(sample -> sample.description().endsWith(REFLECTION));
        assertThat(many("length", REFLECTION, images)).allMatch(PreparationTest::isBlack);
        assertThat(many("rule", "\uD83D\uDD34\uD83D\uDD34ab", Drops.NONE))
                .as("characters, not UTF-16 units")
                .allMatch(sample -> sample.description().equals("p"));
        assertThat(many("rule", "fixed", Drops.NONE))
                .allMatch(sample -> sample.description().equals("p [Reflexion] fixed"));
    }

    @Test
    void bothTextsAreDroppedWhereAsked() {
        assertThat(many("rule", REFLECTION, new Drops(1, 0, 0, true)))
                .allMatch(sample ->
                        sample.prompt().isEmpty() && sample.description().isEmpty());
    }

    private static List<Sample> many(String subset, String reflection, Drops drops) {
        byte[] picture = TestShards.picture(9, 9);
        RawSample raw = new RawSample(new Texts("x", "p", reflection, subset), picture, picture);
        Preparation preparation = preparation(4, 4, drops);
        return new Random(2)
                .ints(1000)
                .mapToObj(seed -> prepare(preparation, raw, Optional.of(Chance.PREPARATION.at(3, seed))))
                .toList();
    }

    private static Preparation preparation(int target, int condition, Drops drops) {
        return new Preparation(
                new DataConfig(List.of(), MixingSchedule.NONE, target, condition, drops, 1, 0, 1), drops);
    }

    private static RawSample raw(byte[] good, byte[] bad) {
        return new RawSample(new Texts("x", "p", REFLECTION, "rule"), good, bad);
    }

    private static Sample prepare(Preparation preparation, RawSample raw, Optional<Random> random) {
        return preparation.prepare(raw.texts(), raw.pictures(PictureDecoder::decode), random);
    }

    private static boolean isBlack(Sample sample) {
        return sample.condition().get().rgb(0, 0) == 0;
    }

    private static double share(List<Sample> samples, java.util.function.Predicate<Sample> what) {
        return samples.stream().filter(what).count() / (double) samples.size();
    }
}
