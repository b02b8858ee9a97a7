package dev.reflectionflow.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SceneReaderTest {
    @Test
    void findsNothingOnAPlainPicture() {
        Scene scene = SceneReader.read(new DisturbedRenderer(1, 128).draw(List.of()));
        assertThat(scene.objects()).isEmpty();
        assertThat(scene.words()).isEqualTo("nothing");
    }

    @ParameterizedTest
    @ValueSource(ints = {96, 128, 320, 512})
    void measuresInPixelsOfThePictureAtAnySize(int size) {
        PlacedObject item = new PlacedObject(Shape.CIRCLE, SceneColor.BLUE, 0.4, 0.6, 0.2);
        SceneObject object = SceneReader.read(new DisturbedRenderer(2, size).drawClean(List.of(item)))
                .objects()
                .get(0);
        assertThat(object.words()).isEqualTo("blue circle");
        assertThat(object.centerX()).isCloseTo(0.4 * size, within(0.02 * size));
        assertThat(object.centerY()).isCloseTo(0.6 * size, within(0.02 * size));
        assertThat(object.width()).isCloseTo(0.4 * size, within(0.03 * size));
        assertThat(object.area()).isCloseTo(Math.PI * 0.04 * size * size, within(0.01 * size * size));
    }

    @ParameterizedTest
    @EnumSource(SceneColor.class)
    void namesEveryColour(SceneColor color) {
        PlacedObject item = new PlacedObject(Shape.SQUARE, color, 0.5, 0.5, 0.2);
        assertThat(SceneReader.read(new DisturbedRenderer(3, 128).draw(List.of(item)))
                        .words())
                .isEqualTo(color.word() + " square");
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void drawnShapesAreClear(Shape shape) {
        List<PlacedObject> item = List.of(new PlacedObject(shape, SceneColor.RED, 0.5, 0.5, 0.2));
        assertThat(SceneReader.read(SceneRenderer.draw(item)).objects().get(0).clarity())
                .isBetween(0.9, 1.0);
    }

    @Test
    void takesTouchingObjectsApart() {
        Scene byColor = SceneReader.read(new DisturbedRenderer(4, 128)
                .draw(List.of(
                        new PlacedObject(Shape.CIRCLE, SceneColor.RED, 0.35, 0.5, 0.16),
                        new PlacedObject(Shape.CIRCLE, SceneColor.YELLOW, 0.65, 0.5, 0.16))));
        Scene byNeck = SceneReader.read(new DisturbedRenderer(5, 128)
                .draw(List.of(
                        new PlacedObject(Shape.CIRCLE, SceneColor.GREEN, 0.35, 0.5, 0.16),
                        new PlacedObject(Shape.CIRCLE, SceneColor.GREEN, 0.65, 0.5, 0.16))));
        assertThat(byColor.objects()).extracting(SceneObject::words).containsOnlyOnce("red circle", "yellow circle");
        assertThat(byNeck.objects()).extracting(SceneObject::words).containsExactly("green circle", "green circle");
    }

    @Test
    void callsWhatIsNoShapeUnclear() {
        ByteBuffer pixels = ByteBuffer.allocate(128 * 128 * 3);
        for (int p = 0; p < 128 * 128; p++) {
            boolean bar = Math.abs(p % 128 - 64) < 50 && Math.abs(p / 128 - 64) < 8;
            pixels.put((byte) (bar ? 220 : 128)).put((byte) (bar ? 30 : 128)).put((byte) (bar ? 30 : 128));
        }
        assertThat(SceneReader.read(new RgbImage(128, 128, pixels.flip())).words())
                .isEqualTo("red blob");
    }

    @Test
    void staysCalmOnTinyAndOddPictures() {
        assertThat(SceneReader.read(new RgbImage(1, 1, ByteBuffer.allocate(3))).objects())
                .isEmpty();
        assertThat(SceneReader.read(new RgbImage(16, 400, ByteBuffer.allocate(16 * 400 * 3)))
                        .objects())
                .isEmpty();
    }
}
