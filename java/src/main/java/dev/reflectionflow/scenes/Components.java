package dev.reflectionflow.scenes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Connected regions of pixels and their depth below the surface. */
final class Components {
    private final int width;
    private final int height;

    Components(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /** The 4-connected regions among the given pixels, largest first. */
    List<int[]> of(int[] pixels) {
        boolean[] open = mask(pixels);
        List<int[]> regions = new ArrayList<>();
        for (int start : pixels) {
            if (open[start]) {
                regions.add(flood(open, start));
            }
        }
        regions.sort((a, b) -> b.length - a.length);
        return regions;
    }

    private int[] flood(boolean[] open, int start) {
        int[] region = new int[64];
        int size = 0;
        region[size++] = start;
        open[start] = false;
        for (int done = 0; done < size; done++) {
            int x = region[done] % width;
            int y = region[done] / width;
            if (size + 4 > region.length) {
                region = Arrays.copyOf(region, 2 * region.length);
            }
            size = visit(open, x > 0, region[done] - 1, region, size);
            size = visit(open, x < width - 1, region[done] + 1, region, size);
            size = visit(open, y > 0, region[done] - width, region, size);
            size = visit(open, y < height - 1, region[done] + width, region, size);
        }
        return Arrays.copyOf(region, size);
    }

    private static int visit(boolean[] open, boolean exists, int pixel, int[] region, int size) {
        if (exists && open[pixel]) {
            open[pixel] = false;
            region[size] = pixel;
            return size + 1;
        }
        return size;
    }

    /** Which of all pixels are among the given ones. */
    boolean[] mask(int[] pixels) {
        boolean[] mask = new boolean[width * height];
        for (int pixel : pixels) {
            mask[pixel] = true;
        }
        return mask;
    }

    /**
     * How deep each of the given pixels lies inside their region: about its distance in pixels to the nearest one outside,
     * by the two-pass 3-4 chamfer; parallel to {@code pixels}. Outside the picture counts as outside.
     */
    double[] depth(int[] pixels) {
        int wide = width + 2;
        int[] distance = new int[wide * (height + 2)];
        for (int pixel : pixels) {
            distance[padded(pixel)] = Integer.MAX_VALUE / 2;
        }
        int[] before = {-1, -wide, -wide - 1, -wide + 1};
        for (int i = wide + 1; i < distance.length - wide - 1; i++) {
            relax(distance, i, before, 1);
        }
        for (int i = distance.length - wide - 2; i > wide; i--) {
            relax(distance, i, before, -1);
        }
        return Arrays.stream(pixels).mapToDouble(p -> distance[padded(p)] / 3.0).toArray();
    }

    private int padded(int pixel) {
        return (pixel / width + 1) * (width + 2) + pixel % width + 1;
    }

    private static void relax(int[] distance, int at, int[] offsets, int sign) {
        for (int i = 0; i < offsets.length && distance[at] > 0; i++) {
            distance[at] = Math.min(distance[at], distance[at + sign * offsets[i]] + (i < 2 ? 3 : 4));
        }
    }
}
