package dev.reflectionflow.scenes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Places for up to four objects that keep apart: on an even raster with some play, because the fewer ways a scene can be
 * arranged, the sooner a small model learns to.
 */
final class SceneLayout {
    /** Most objects. */
    static final int MOST = 4;

    private static final double NEAR = 0.27;
    private static final double FAR = 1 - NEAR;
    private static final double MIDDLE = 0.5;

    private final SplittableRandom random;

    SceneLayout(SplittableRandom random) {
        this.random = random;
    }

    /**
     * Where an object goes.
     *
     * @param x of its centre, as a share of the side
     * @param y of its centre, from the top
     * @param radius of its enclosing circle
     */
    record Place(double x, double y, double radius) {}

    /**
     * Places for so many objects.
     *
     * @param relation how the first of two stands to the second
     */
    List<Place> places(int count, Optional<Relation> relation) {
        return switch (count) {
            case 1 -> List.of(place(MIDDLE, MIDDLE, 0.1, 0.17, 0.25));
            case 2 -> two(relation.orElseGet(() -> Relation.values()[random.nextInt(4)]), relation.isPresent());
            default -> raster(count);
        };
    }

    /** Two objects beside each other or one above the other; where nobody asked how, sometimes slanting. */
    private List<Place> two(Relation relation, boolean clear) {
        double slant = clear || random.nextInt(3) > 0 ? 0 : (random.nextBoolean() ? 0.2 : -0.2);
        double first = relation == Relation.LEFT_OF || relation == Relation.ABOVE ? NEAR : FAR;
        boolean across = relation == Relation.LEFT_OF || relation == Relation.RIGHT_OF;
        List<Place> places = new ArrayList<>();
        for (int side = 1; side >= -1; side -= 2) {
            double along = MIDDLE + side * (first - MIDDLE);
            double aside = MIDDLE + side * slant;
            places.add(place(across ? along : aside, across ? aside : along, 0.04, 0.13, 0.16));
        }
        return places;
    }

    /** Three or four objects on the corners of a square. */
    private List<Place> raster(int count) {
        List<Place> places = new ArrayList<>();
        for (int corner = 0; corner < MOST; corner++) {
            places.add(place(corner % 2 == 0 ? NEAR : FAR, corner < 2 ? NEAR : FAR, 0.04, 0.12, 0.16));
        }
        while (places.size() > count) {
            places.remove(random.nextInt(places.size()));
        }
        for (int i = places.size() - 1; i > 0; i--) {
            Collections.swap(places, i, random.nextInt(i + 1));
        }
        return places;
    }

    private Place place(double x, double y, double play, double least, double most) {
        return new Place(
                x + play * (2 * random.nextDouble() - 1),
                y + play * (2 * random.nextDouble() - 1),
                least + (most - least) * random.nextDouble());
    }
}
