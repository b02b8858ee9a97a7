package dev.reflectionflow.scenes;

import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * Draws scenes whose truth is known, the way a small diffusion model with a lossy autoencoder does: anti-aliased shapes
 * on about mid grey, then blur, blotches of colour, grain and a change of brightness. Shares no code with the reader.
 */
public final class SceneRenderer {
    private static final Map<SceneColor, int[]> PAINTS = Map.of(
            SceneColor.RED, new int[] {222, 40, 38},
            SceneColor.GREEN, new int[] {40, 165, 60},
            SceneColor.BLUE, new int[] {42, 78, 220},
            SceneColor.YELLOW, new int[] {240, 222, 40},
            SceneColor.PURPLE, new int[] {140, 48, 172},
            SceneColor.ORANGE, new int[] {246, 140, 28},
            SceneColor.WHITE, new int[] {242, 242, 242},
            SceneColor.BLACK, new int[] {18, 18, 18});

    private final Random random;
    private final int size;

    public SceneRenderer(long seed, int size) {
        random = new Random(seed);
        this.size = size;
    }

    /** What to draw; (x, y) is the centre and radius that of the enclosing circle, all as shares of the side. */
    public record Item(Shape shape, SceneColor color, double x, double y, double radius) {}

    /** Draws the items with every disturbance of the domain. */
    public RgbImage draw(List<Item> items) {
        return disturb(paint(items));
    }

    /** Draws the items alone. */
    public RgbImage drawClean(List<Item> items) {
        return image(paint(items));
    }

    /** Items of these kinds at random places without overlap. */
    public List<Item> place(List<Map.Entry<Shape, SceneColor>> kinds) {
        while (true) {
            List<Item> items = new ArrayList<>();
            for (int attempt = 0; attempt < 200 && items.size() < kinds.size(); attempt++) {
                var kind = kinds.get(items.size());
                double radius = 0.09 + random.nextDouble() * (kinds.size() > 2 ? 0.07 : 0.12);
                double x = radius + 0.02 + random.nextDouble() * (0.96 - 2 * radius);
                double y = radius + 0.02 + random.nextDouble() * (0.96 - 2 * radius);
                if (items.stream().allMatch(o -> Math.hypot(o.x() - x, o.y() - y) > o.radius() + radius + 0.03)) {
                    items.add(new Item(kind.getKey(), kind.getValue(), x, y, radius));
                }
            }
            if (items.size() == kinds.size()) {
                return items;
            }
        }
    }

    /** (size * size, 3), 0 to 255. */
    private double[] paint(List<Item> items) {
        double[] pixels = new double[size * size * 3];
        double grey = 128 + random.nextGaussian() * 4;
        double tilt = random.nextGaussian() * 4;
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = grey + tilt * (i / 3 % size / (double) size - 0.5);
        }
        for (Item item : items) {
            double[] paint = new double[3];
            double light = random.nextGaussian() * 8;
            for (int c = 0; c < 3; c++) {
                paint[c] = PAINTS.get(item.color())[c] + light + random.nextGaussian() * 7;
            }
            double turn = (random.nextDouble() - 0.5) * Math.toRadians(30);
            double inner = 0.38 + random.nextDouble() * 0.12;
            for (int p = 0; p < size * size; p++) {
                double cover = cover(item, p % size, p / size, turn, inner);
                for (int c = 0; c < 3 && cover > 0; c++) {
                    pixels[p * 3 + c] += cover * (paint[c] - pixels[p * 3 + c]);
                }
            }
        }
        return pixels;
    }

    /** The covered share of a pixel, from 4 x 4 points. */
    private double cover(Item item, int px, int py, double turn, double inner) {
        double dx = (px + 0.5) / size - item.x();
        double dy = (py + 0.5) / size - item.y();
        double reach = item.radius() + 2.0 / size;
        if (dx * dx + dy * dy > reach * reach) {
            return 0;
        }
        int inside = 0;
        for (int s = 0; s < 16; s++) {
            double x = dx + (s % 4 - 1.5) / 4 / size;
            double y = dy + ((double) (s >> 2) - 1.5) / 4 / size;
            if (inside(item.shape(), Math.hypot(x, y) / item.radius(), Math.atan2(x, -y) - turn, inner)) {
                inside++;
            }
        }
        return inside / 16.0;
    }

    /** Whether a point at a radius (1 is the enclosing circle) and an angle from the top lies in the shape. */
    private static boolean inside(Shape shape, double radius, double angle, double inner) {
        return switch (shape) {
            case CIRCLE -> radius <= 1;
            case SQUARE -> radius * Math.cos(fold(angle - Math.PI / 4 - Math.PI / 4, 4)) <= Math.cos(Math.PI / 4);
            case TRIANGLE -> radius * Math.cos(fold(angle - Math.PI / 3, 3)) <= Math.cos(Math.PI / 3);
            case STAR -> {
                double a = Math.abs(fold(angle, 5));
                double x = radius * Math.cos(a);
                double y = radius * Math.sin(a);
                double notchX = inner * Math.cos(Math.PI / 5);
                double notchY = inner * Math.sin(Math.PI / 5);
                yield (notchX - 1) * y - notchY * (x - 1) >= 0;
            }
        };
    }

    /** The angle brought into plus or minus half of a turn's n-th part. */
    private static double fold(double angle, int n) {
        double part = 2 * Math.PI / n;
        return angle - part * Math.round(angle / part);
    }

    private RgbImage disturb(double[] pixels) {
        double[] out = blur(pixels, random.nextDouble() * 1.1 * size / 128);
        double grain = random.nextDouble() * 9;
        double brightness = 1 + random.nextGaussian() * 0.04;
        double[] blotch = new double[4 * 3];
        for (int i = 0; i < blotch.length; i++) {
            blotch[i] = random.nextGaussian() * 4;
        }
        SplittableRandom grains = new SplittableRandom(random.nextLong());
        double[][] alongX = waves(4.1, 1, Math::sin);
        double[][] alongY = waves(3.7, -1, Math::cos);
        for (int i = 0; i < out.length; i++) {
            double wave = 0;
            for (int k = 0; k < 4; k++) {
                wave += blotch[k * 3 + i % 3] * alongX[k][i / 3 % size] * alongY[k][i / 3 / size];
            }
            // the sum of four uniform numbers is near enough to a bell, with a spread of 1 after scaling
            double bell = grains.nextDouble() + grains.nextDouble() + grains.nextDouble() + grains.nextDouble() - 2;
            out[i] = out[i] * brightness + wave + bell * Math.sqrt(3) * grain;
        }
        return image(out);
    }

    private double[][] waves(double frequency, int sign, DoubleUnaryOperator function) {
        double[][] waves = new double[4][size];
        for (int k = 0; k < 4; k++) {
            for (int i = 0; i < size; i++) {
                waves[k][i] = function.applyAsDouble((k + 2) * frequency * i / size + sign * k);
            }
        }
        return waves;
    }

    private double[] blur(double[] in, double sigma) {
        if (sigma < 0.2) {
            return in;
        }
        return blurAlong(blurAlong(in, sigma, 1), sigma, size);
    }

    private double[] blurAlong(double[] in, double sigma, int stride) {
        int reach = (int) Math.ceil(2.5 * sigma);
        double[] out = new double[in.length];
        double[] bell = new double[reach + 1];
        for (int d = 0; d <= reach; d++) {
            bell[d] = Math.exp(-d * d / (2 * sigma * sigma));
        }
        for (int p = 0; p < size * size; p++) {
            int at = stride == 1 ? p % size : p / size;
            double weights = 0;
            for (int d = Math.max(-reach, -at); d <= Math.min(reach, size - 1 - at); d++) {
                double weight = bell[Math.abs(d)];
                weights += weight;
                for (int c = 0; c < 3; c++) {
                    out[p * 3 + c] += weight * in[(p + d * stride) * 3 + c];
                }
            }
            for (int c = 0; c < 3; c++) {
                out[p * 3 + c] /= weights;
            }
        }
        return out;
    }

    private RgbImage image(double[] pixels) {
        ByteBuffer bytes = ByteBuffer.allocate(pixels.length);
        for (double value : pixels) {
            bytes.put((byte) Math.round(Math.max(0, Math.min(255, value))));
        }
        return new RgbImage(size, size, bytes.flip());
    }
}
