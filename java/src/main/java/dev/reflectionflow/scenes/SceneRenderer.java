package dev.reflectionflow.scenes;

import dev.reflectionflow.RgbImage;
import java.util.List;

/** Draws scenes: flat, anti-aliased shapes on mid grey. */
public final class SceneRenderer {
    /** Pixels of a side that scenes have unless another is asked for. */
    public static final int SIZE = 128;

    private static final float GREY = 128;

    private SceneRenderer() {}

    /** Draws objects in the given order, {@link #SIZE} pixels a side. */
    public static RgbImage draw(List<PlacedObject> objects) {
        return draw(objects, SIZE);
    }

    /** Draws objects in the given order; {@code size} pixels a side. */
    public static RgbImage draw(List<PlacedObject> objects, int size) {
        SceneCanvas canvas = new SceneCanvas(size, GREY);
        for (PlacedObject object : objects) {
            canvas.paint(
                    ShapePolygon.of(object),
                    object.centerX() * size,
                    object.centerY() * size,
                    object.radius() * size,
                    paint(object.color()));
        }
        return canvas.image();
    }

    /** The colour's red, green and blue, 0 to 255. */
    static float[] paint(SceneColor color) {
        return switch (color) {
            case RED -> new float[] {222, 40, 38};
            case GREEN -> new float[] {40, 165, 60};
            case BLUE -> new float[] {42, 78, 220};
            case YELLOW -> new float[] {240, 222, 40};
            case PURPLE -> new float[] {140, 48, 172};
            case ORANGE -> new float[] {246, 140, 28};
            case WHITE -> new float[] {242, 242, 242};
            case BLACK -> new float[] {18, 18, 18};
        };
    }
}
