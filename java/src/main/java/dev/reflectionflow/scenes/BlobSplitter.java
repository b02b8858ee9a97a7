package dev.reflectionflow.scenes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Takes regions apart that hold more than one object: two colours side by side, or two bodies joined by a thin neck. */
final class BlobSplitter {
    /** Two colours in one region are two objects from this difference on; shades of one object differ less. */
    private static final double TWO_COLORS = 0.13;

    /** A part is an object of its own if it is at least this deep against the deepest. */
    private static final double NECK_DEPTH = 0.55;

    /** A waist wider than this share of the deepest is no neck. */
    private static final double WIDEST_NECK = 0.65;

    private final PixelGrid grid;
    private final Components components;
    private final int smallest;

    BlobSplitter(PixelGrid grid, Components components, int smallest) {
        this.grid = grid;
        this.components = components;
        this.smallest = smallest;
    }

    /** The objects in a region, each as its pixels. */
    List<int[]> split(int[] region) {
        List<int[]> objects = new ArrayList<>();
        for (int[] part : splitByColor(region)) {
            objects.addAll(splitByNeck(part));
        }
        return objects;
    }

    private List<int[]> splitByColor(int[] region) {
        int[] core = core(region, 0.5);
        double[] first = grid.median(core);
        int[] others = Arrays.stream(core)
                .filter(p -> ColorNamer.difference(grid.color(p), first) > TWO_COLORS)
                .toArray();
        if (others.length < Math.max(smallest / 4, core.length / 8)) {
            return List.of(region);
        }
        double[] second = grid.median(others);
        List<int[]> parts = new ArrayList<>();
        for (boolean nearFirst : new boolean[] {true, false}) {
            int[] side = Arrays.stream(region)
                    .filter(p -> (grid.distance(p, first) <= grid.distance(p, second)) == nearFirst)
                    .toArray();
            components.of(side).stream().filter(part -> part.length >= smallest).forEach(parts::add);
        }
        return parts.size() < 2 ? List.of(region) : parts;
    }

    private List<int[]> splitByNeck(int[] region) {
        double[] depth = components.depth(region);
        double deepest = Arrays.stream(depth).max().orElse(0);
        for (double level = 1.5; level < deepest * WIDEST_NECK; level += 1) {
            double above = level;
            int[] inner = IntStream.range(0, region.length)
                    .filter(i -> depth[i] > above)
                    .map(i -> region[i])
                    .toArray();
            List<int[]> bodies = components.of(inner).stream()
                    .filter(body -> isBody(maxDepth(body, region, depth), above, deepest))
                    .toList();
            if (bodies.size() > 1) {
                return assign(region, bodies);
            }
        }
        return List.of(region);
    }

    /** A body's middle is deep, and well deeper than the neck; a ragged edge alone makes no neck. */
    private static boolean isBody(double middle, double neck, double deepest) {
        return middle >= Math.max(NECK_DEPTH * deepest, neck + NECK_DEPTH / 2 * deepest + 1);
    }

    private double maxDepth(int[] body, int[] region, double[] depth) {
        boolean[] inBody = components.mask(body);
        return IntStream.range(0, region.length)
                .filter(i -> inBody[region[i]])
                .mapToDouble(i -> depth[i])
                .max()
                .orElse(0);
    }

    /** Gives each pixel of the region to the body whose surface is nearest. */
    private List<int[]> assign(int[] region, List<int[]> bodies) {
        List<List<Integer>> parts = new ArrayList<>();
        bodies.forEach(body -> parts.add(new ArrayList<>()));
        for (int pixel : region) {
            int nearest = 0;
            double best = Double.MAX_VALUE;
            for (int b = 0; b < bodies.size(); b++) {
                for (int other : bodies.get(b)) {
                    int dx = pixel % grid.width - other % grid.width;
                    int dy = pixel / grid.width - other / grid.width;
                    if (dx * dx + dy * dy < best) {
                        best = dx * dx + dy * dy;
                        nearest = b;
                    }
                }
            }
            parts.get(nearest).add(pixel);
        }
        return parts.stream()
                .map(part -> part.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    /** The pixels at least {@code share} as deep as the deepest, away from blurred edges. */
    int[] core(int[] region, double share) {
        double[] depth = components.depth(region);
        double deepest = Arrays.stream(depth).max().orElse(0);
        return IntStream.range(0, region.length)
                .filter(i -> depth[i] >= share * deepest)
                .map(i -> region[i])
                .toArray();
    }
}
