package dev.reflectionflow.scenes;

import dev.reflectionflow.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Prompts with pictures that meet them or break them by exactly one rule; a pure function of the seed. */
public final class LabelledScenes {
    private static final String[] COUNTS = {"", "a", "two", "three", "four"};

    private final Random random;
    private final long seed;
    private final int size;

    private LabelledScenes(long seed, int size) {
        random = new Random(seed * 7919 + size);
        this.seed = seed;
        this.size = size;
    }

    /** A prompt, a picture, and whether the picture meets the prompt; {@code rule} says how it breaks it. */
    public record Example(String prompt, RgbImage image, boolean holds, String rule) {}

    private record Wish(Shape shape, Optional<SceneColor> color, int count) {}

    public static Example of(long seed, int size, boolean holds) {
        return new LabelledScenes(seed, size).example(holds);
    }

    private Example example(boolean holds) {
        int tag = random.nextInt(6);
        List<Wish> wishes = wishes(tag);
        Optional<Relation> relation = tag == 4 ? Optional.of(Relation.values()[random.nextInt(4)]) : Optional.empty();
        List<Map.Entry<Shape, SceneColor>> kinds = new ArrayList<>();
        for (Wish wish : wishes) {
            for (int i = 0; i < wish.count(); i++) {
                kinds.add(Map.entry(wish.shape(), wish.color().orElseGet(this::color)));
            }
        }
        String rule = holds ? "none" : breakOne(kinds, wishes, relation.isPresent());
        DisturbedRenderer renderer = new DisturbedRenderer(seed, size);
        List<PlacedObject> items = renderer.place(kinds);
        while (relation.isPresent()
                && kinds.size() == 2
                && !stands(relation.get(), items, rule.equals("place") ? -1 : 1)) {
            items = renderer.place(kinds);
        }
        return new Example(prompt(wishes, relation), renderer.draw(items), holds, rule);
    }

    private List<Wish> wishes(int tag) {
        return switch (tag) {
            case 0 -> List.of(new Wish(shape(), Optional.empty(), 1));
            case 1 -> List.of(new Wish(shape(), Optional.of(color()), 1));
            case 2 ->
                List.of(new Wish(
                        shape(),
                        random.nextBoolean() ? Optional.of(color()) : Optional.empty(),
                        2 + random.nextInt(3)));
            default -> pair(tag == 3 ? Optional.empty() : Optional.of(color()));
        };
    }

    private List<Wish> pair(Optional<SceneColor> color) {
        Shape first = shape();
        Shape second = shape();
        while (second == first) {
            second = shape();
        }
        return List.of(new Wish(first, color, 1), new Wish(second, color.map(c -> other(c)), 1));
    }

    private String breakOne(List<Map.Entry<Shape, SceneColor>> kinds, List<Wish> wishes, boolean placed) {
        int at = random.nextInt(kinds.size());
        var kind = kinds.get(at);
        switch (random.nextInt(placed ? 5 : 4)) {
            case 0 -> {
                if (wishes.get(0).color().isPresent()) {
                    kinds.set(at, Map.entry(kind.getKey(), other(kind.getValue())));
                    return "colour";
                }
                kinds.remove(at);
                return "missing";
            }
            case 1 -> {
                Shape other = shape();
                while (other == kind.getKey()) {
                    other = shape();
                }
                kinds.set(at, Map.entry(other, kind.getValue()));
                return "shape";
            }
            case 2 -> {
                kinds.remove(at);
                return "missing";
            }
            case 3 -> {
                kinds.add(Map.entry(shape(), color()));
                return "extra";
            }
            default -> {
                return "place";
            }
        }
    }

    /** Whether the first item clearly stands so (1) or clearly the other way (-1) against the second. */
    private static boolean stands(Relation relation, List<PlacedObject> items, int sign) {
        double dx = items.get(0).centerX() - items.get(1).centerX();
        double dy = items.get(0).centerY() - items.get(1).centerY();
        double along = relation == Relation.LEFT_OF || relation == Relation.RIGHT_OF ? dx : dy;
        double across = relation == Relation.LEFT_OF || relation == Relation.RIGHT_OF ? dy : dx;
        int wanted = (relation == Relation.LEFT_OF || relation == Relation.ABOVE ? -1 : 1) * sign;
        return along * wanted > 0.2 && Math.abs(across) < Math.abs(along);
    }

    private static String prompt(List<Wish> wishes, Optional<Relation> relation) {
        StringBuilder text = new StringBuilder("a photo of ");
        for (int i = 0; i < wishes.size(); i++) {
            Wish wish = wishes.get(i);
            text.append(i == 0 ? "" : relation.map(r -> " " + r.words() + " ").orElse(" and "));
            String color = wish.color().map(SceneColor::word).orElse("");
            text.append(wish.count() == 1 && color.startsWith("o") ? "an" : COUNTS[wish.count()])
                    .append(' ');
            text.append(color).append(color.isEmpty() ? "" : " ");
            text.append(wish.shape().word()).append(wish.count() > 1 ? "s" : "");
        }
        return text.toString();
    }

    private Shape shape() {
        return Shape.values()[random.nextInt(Shape.values().length)];
    }

    private SceneColor color() {
        return SceneColor.values()[random.nextInt(SceneColor.values().length)];
    }

    private SceneColor other(SceneColor color) {
        SceneColor other = color();
        while (other == color) {
            other = color();
        }
        return other;
    }
}
