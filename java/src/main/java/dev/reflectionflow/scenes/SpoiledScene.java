package dev.reflectionflow.scenes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** A scene that met its prompt, in the making of a worse one. */
final class SpoiledScene {
    private static final int ATTEMPTS = 60;
    private static final double GAP = 0.03;

    private final ScenePrompt prompt;
    private final SplittableRandom random;
    private final PromptSampler kinds;
    private final List<PlacedObject> objects;
    /** For each object the place in the prompt that it was made for, or -1. */
    private final List<Integer> origin = new ArrayList<>();

    SpoiledScene(ScenePrompt prompt, List<PlacedObject> objects, SplittableRandom random) {
        this.prompt = prompt;
        this.random = random;
        this.objects = new ArrayList<>(objects);
        kinds = new PromptSampler(random);
        for (int i = 0; i < objects.size(); i++) {
            origin.add(i);
        }
    }

    List<PlacedObject> objects() {
        return List.copyOf(objects);
    }

    /** Makes a flaw, where the scene has room for it. */
    boolean spoil(SceneFlaw flaw) {
        if (objects.isEmpty()) {
            return false;
        }
        int at = random.nextInt(objects.size());
        PlacedObject object = objects.get(at);
        return switch (flaw) {
            case COLOR -> isColored(origin.get(at)) && replace(at, object.withColor(kinds.otherThan(object.color())));
            case SHAPE -> replace(at, object.withShape(kinds.otherThan(object.shape())));
            case MALFORMED -> {
                Malformation[] all = Malformation.values();
                yield replace(at, object.malformed(all[random.nextInt(all.length)], 2 * Math.PI * random.nextDouble()));
            }
            case MISSING -> remove(at);
            case EXTRA -> add(object);
            case PLACE -> prompt.relation().isPresent() && prompt.count() == 2 && objects.size() == 2 && displace();
        };
    }

    private boolean isColored(int wanted) {
        return wanted >= 0 && SceneAssignment.wanted(prompt).get(wanted).color().isPresent();
    }

    private boolean replace(int at, PlacedObject object) {
        objects.set(at, object);
        return true;
    }

    private boolean remove(int at) {
        objects.remove(at);
        origin.remove(at);
        return true;
    }

    /** Another of a kind that is there, or of any. */
    private boolean add(PlacedObject like) {
        boolean same = random.nextBoolean();
        Shape shape = same ? like.shape() : kinds.shape();
        SceneColor color = same ? like.color() : kinds.color();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double radius = 0.12 + 0.04 * random.nextDouble();
            double x = radius + GAP + (1 - 2 * radius - 2 * GAP) * random.nextDouble();
            double y = radius + GAP + (1 - 2 * radius - 2 * GAP) * random.nextDouble();
            if (objects.stream().allMatch(o -> isApart(o, x, y, radius))) {
                objects.add(new PlacedObject(shape, color, x, y, radius));
                origin.add(-1);
                return true;
            }
        }
        return false;
    }

    private static boolean isApart(PlacedObject object, double x, double y, double radius) {
        return Math.hypot(object.centerX() - x, object.centerY() - y) > object.radius() + radius + GAP;
    }

    /** Exchanges the two places, or brings both into one of the other three arrangements. */
    private boolean displace() {
        PlacedObject first = objects.get(0);
        PlacedObject second = objects.get(1);
        if (random.nextBoolean()) {
            objects.set(0, first.at(second.centerX(), second.centerY()));
            objects.set(1, second.at(first.centerX(), first.centerY()));
        } else {
            // a quarter turn around the middle of the picture
            boolean clockwise = random.nextBoolean();
            objects.replaceAll(
                    object -> object.at(turned(object.centerY(), clockwise), turned(object.centerX(), !clockwise)));
        }
        return true;
    }

    private static double turned(double share, boolean mirrored) {
        return mirrored ? 1 - share : share;
    }

    String reflection() {
        return SceneCritique.of(prompt, seen()).text();
    }

    /**
     * Whether the critique sees each object as what it was made for: else its commands would make a scene that meets the
     * prompt too, but another.
     */
    boolean isMendedByItsCritique() {
        if (reflection().isEmpty()) {
            return false;
        }
        int[] found = SceneAssignment.of(prompt, seen()).found();
        int first = 0;
        for (ScenePrompt.Group group : prompt.groups()) {
            Set<Integer> expected = new HashSet<>();
            Set<Integer> assigned = new HashSet<>();
            for (int i = first; i < first + group.count(); i++) {
                expected.add(origin.indexOf(i));
                assigned.add(found[i]);
            }
            if (!expected.equals(assigned)) {
                return false;
            }
            first += group.count();
        }
        return true;
    }

    private Scene seen() {
        return new Scene(
                0x808080,
                objects.stream().map(object -> object.seen(SceneRenderer.SIZE)).toList());
    }
}
