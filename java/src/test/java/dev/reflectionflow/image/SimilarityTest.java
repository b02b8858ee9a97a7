package dev.reflectionflow.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SimilarityTest {
    /** A byte of a picture from its place. */
    private interface Bytes {
        int at(int x, int y, int color);
    }

    private static RgbImage picture(int width, int height, Bytes bytes) {
        ByteBuffer rgb = ByteBuffer.allocate(width * height * 3);
        for (int i = 0; i < width * height * 3; i++) {
            rgb.put((byte) bytes.at(i / 3 % width, i / 3 / width, i % 3));
        }
        return new RgbImage(width, height, rgb.flip());
    }

    private static int pattern(int x, int y, int color) {
        return (color == 0 ? 7 * x + 13 * y : color == 1 ? x * x + 3 * y : x * y) % 256;
    }

    private static int disturbed(int x, int y, int color) {
        int change = color == 0 ? 5 * ((x + y) % 5) : color == 1 ? 3 * (x % 4) : y % 7 == 0 ? 20 : 0;
        return Math.min(255, pattern(x, y, color) + change);
    }

    @Test
    void aPictureIsLikeItself() {
        RgbImage picture = picture(16, 11, SimilarityTest::pattern);
        Similarity same = Similarity.of(picture, picture);
        assertThat(same.squaredError()).isZero();
        assertThat(same.psnr()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(same.ssim()).isEqualTo(1, within(1e-12));
        assertThat(same.gradients()).isEqualTo(1);
    }

    @Test
    void oneByteOfAPictureDecidesAboutItsSquaredError() {
        RgbImage black = picture(16, 16, (x, y, color) -> 0);
        RgbImage touched = picture(16, 16, (x, y, color) -> x == 3 && y == 5 && color == 1 ? 16 : 0);
        Similarity similarity = Similarity.of(black, touched);
        assertThat(similarity.squaredError()).isEqualTo(256.0 / 768);
        assertThat(similarity.psnr()).isEqualTo(10 * Math.log10(3 * 65025), within(1e-12));
        RgbImage white = picture(16, 16, (x, y, color) -> 255);
        assertThat(Similarity.of(black, white).psnr()).isZero();
    }

    @Test
    void plainGreysDifferInBrightnessAlone() {
        Similarity greys = Similarity.of(picture(20, 20, (x, y, c) -> 100), picture(20, 20, (x, y, c) -> 150));
        double c1 = 2.55 * 2.55;
        assertThat(greys.ssim()).isEqualTo((2 * 100 * 150 + c1) / (100 * 100 + 150 * 150 + c1), within(1e-9));
        assertThat(greys.gradients()).isEqualTo(1, within(1e-12));
    }

    @Test
    void aSlopeOfFourGreysAPixelHasAGradientOfSixteenAtHalfTheSize() {
        RgbImage slope = picture(32, 12, (x, y, color) -> 4 * x);
        RgbImage flat = picture(32, 12, (x, y, color) -> 60);
        assertThat(Similarity.of(slope, flat).gradients()).isEqualTo(170.0 / (256 + 170), within(1e-9));
        RgbImage down = picture(12, 32, (x, y, color) -> 4 * y);
        assertThat(Similarity.of(down, picture(12, 32, (x, y, color) -> 60)).gradients())
                .isEqualTo(170.0 / (256 + 170), within(1e-9));
    }

    /** The numbers are those of torch's conv2d with the whole window in float64. */
    @Test
    void anotherImplementationGivesTheSameNumbers() {
        Similarity similarity =
                Similarity.of(picture(40, 33, SimilarityTest::pattern), picture(40, 33, SimilarityTest::disturbed));
        assertThat(similarity.squaredError()).isEqualTo(77.34419191919191, within(1e-9));
        assertThat(similarity.ssim()).isEqualTo(0.9951037689819622, within(1e-12));
        assertThat(similarity.gradients()).isEqualTo(0.9997068104625312, within(1e-12));
    }

    @Property(tries = 30)
    void theOrderOfTwoPicturesDoesNotMatterAndNothingIsMoreAlikeThanEqual(
            @ForAll @IntRange(min = 11, max = 24) int width,
            @ForAll @IntRange(min = 11, max = 24) int height,
            @ForAll @IntRange(min = 1, max = 255) int strength) {
        RgbImage a = picture(width, height, SimilarityTest::pattern);
        RgbImage b =
                picture(width, height, (x, y, c) -> (pattern(x, y, c) + (x * 31 + y * 17 + c) % 7 * strength) % 256);
        Similarity forth = Similarity.of(a, b);
        Similarity back = Similarity.of(b, a);
        assertThat(forth.squaredError()).isEqualTo(back.squaredError()).isPositive();
        assertThat(forth.ssim()).isEqualTo(back.ssim(), within(1e-12)).isLessThan(1);
        assertThat(forth.gradients()).isEqualTo(back.gradients(), within(1e-12)).isBetween(0.0, 1.0);
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        RgbImage picture = picture(16, 12, SimilarityTest::pattern);
        assertThatThrownBy(() -> Similarity.of(picture, picture(12, 16, SimilarityTest::pattern)))
                .hasMessage("16x12 pixels cannot be compared with 12x16");
        RgbImage narrow = picture(16, 10, SimilarityTest::pattern);
        assertThatThrownBy(() -> Similarity.of(narrow, narrow)).hasMessage("16x10 pixels are less than 11 a side");
    }
}
