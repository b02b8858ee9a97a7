package dev.reflectionflow.scenes;

import dev.reflectionflow.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds the coloured shapes on a plain background. Stands blurred edges and colour noise, as pictures of a small model
 * with a lossy autoencoder have them.
 */
public final class SceneReader {
    /** RGB distance from the background from which a pixel can belong to an object. */
    private static final double CONTRAST = 34;

    /** And the middle of an object must differ by more than this: fainter things are ghosts of the autoencoder. */
    private static final double OBJECT_CONTRAST = 60;

    /** In units of the background's own spread, where that is large. */
    private static final double NOISE_CONTRAST = 6;

    /** The least area of an object, as a share of the picture; smaller things are specks. */
    private static final double SMALLEST = 0.0025;

    private SceneReader() {}

    /** Reads a picture of any size. */
    public static Scene read(RgbImage image) {
        PixelGrid grid = PixelGrid.of(image);
        int[] border = grid.border();
        double[] background = grid.median(border);
        double[] spread = Arrays.stream(border)
                .mapToDouble(p -> grid.distance(p, background))
                .sorted()
                .toArray();
        double threshold = Math.max(CONTRAST, NOISE_CONTRAST * spread[spread.length / 4]);
        int[] foreground = IntStream.range(0, grid.width * grid.height)
                .filter(p -> grid.distance(p, background) > threshold)
                .toArray();
        int smallest = (int) Math.ceil(SMALLEST * grid.width * grid.height);
        Components components = new Components(grid.width, grid.height);
        BlobSplitter splitter = new BlobSplitter(grid, components, smallest);
        List<SceneObject> objects = new ArrayList<>();
        for (int[] region : components.of(foreground)) {
            if (region.length >= smallest) {
                splitter.split(region)
                        .forEach(part -> object(grid, splitter, background, part)
                                .filter(object -> object.area() >= smallest * (double) grid.factor * grid.factor)
                                .ifPresent(objects::add));
            }
        }
        objects.sort(Comparator.comparingDouble(SceneObject::area).reversed());
        return new Scene(packed(background), objects);
    }

    /** Measures an object on the pixels that it covers by half, so that blur does not fatten it. */
    private static Optional<SceneObject> object(
            PixelGrid grid, BlobSplitter splitter, double[] background, int[] region) {
        double[] color = grid.median(splitter.core(region, 0.6));
        if (squaredDistance(color, background) < OBJECT_CONTRAST * OBJECT_CONTRAST) {
            return Optional.empty();
        }
        double[] cover = cover(grid, region, background, color);
        int[] body = Arrays.stream(region).filter(p -> cover[p] >= 0.5).toArray();
        if (body.length == 0) {
            return Optional.empty();
        }
        double x = Arrays.stream(body).map(p -> p % grid.width).average().orElseThrow();
        double y = Arrays.stream(body).map(p -> p / grid.width).average().orElseThrow();
        double reach = 2
                + Arrays.stream(body)
                        .mapToDouble(p -> {
                            int row = p / grid.width;
                            return Math.hypot(p % grid.width - x, row - y);
                        })
                        .max()
                        .orElseThrow();
        Outline outline = new Outline((px, py) -> interpolate(cover, grid, px, py), x, y, reach);
        double f = grid.factor;
        Optional<Shape> shape = ShapeClassifier.classify(outline);
        return Optional.of(new SceneObject(
                shape,
                ColorNamer.name(color),
                (x + 0.5) * f,
                (y + 0.5) * f,
                extent(Arrays.stream(body).map(p -> p % grid.width)) * f,
                extent(Arrays.stream(body).map(p -> p / grid.width)) * f,
                body.length * f * f,
                shape.map(name -> ShapeClassifier.clarity(outline, name)).orElse(0.0)));
    }

    /** How far each pixel's colour has gone from the background's to the object's; 0 outside the region. */
    private static double[] cover(PixelGrid grid, int[] region, double[] background, double[] color) {
        double[] cover = new double[grid.width * grid.height];
        double[] axis = {color[0] - background[0], color[1] - background[1], color[2] - background[2]};
        double length = squaredDistance(color, background);
        for (int pixel : region) {
            double[] at = grid.color(pixel);
            double along = 0;
            for (int c = 0; c < 3; c++) {
                along += (at[c] - background[c]) * axis[c];
            }
            cover[pixel] = Math.min(1, along / length);
        }
        return cover;
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            sum += (a[c] - b[c]) * (a[c] - b[c]);
        }
        return sum;
    }

    private static double interpolate(double[] cover, PixelGrid grid, double x, double y) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double fx = x - left;
        double fy = y - top;
        return (1 - fy) * ((1 - fx) * value(cover, grid, left, top) + fx * value(cover, grid, left + 1, top))
                + fy * ((1 - fx) * value(cover, grid, left, top + 1) + fx * value(cover, grid, left + 1, top + 1));
    }

    private static double value(double[] cover, PixelGrid grid, int x, int y) {
        return x < 0 || y < 0 || x >= grid.width || y >= grid.height ? 0 : cover[y * grid.width + x];
    }

    private static double extent(IntStream coordinates) {
        var statistics = coordinates.summaryStatistics();
        return statistics.getMax() - statistics.getMin() + 1.0;
    }

    private static int packed(double[] rgb) {
        return (int) Math.round(rgb[0]) << 16 | (int) Math.round(rgb[1]) << 8 | (int) Math.round(rgb[2]);
    }
}
