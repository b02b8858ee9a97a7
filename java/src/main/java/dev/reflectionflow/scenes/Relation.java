package dev.reflectionflow.scenes;

import java.util.Locale;

/** Where the first of two objects stands, seen from the second. */
public enum Relation {
    LEFT_OF(-1, 0),
    RIGHT_OF(1, 0),
    ABOVE(0, -1),
    BELOW(0, 1);

    /** Offsets within this share of the two objects' summed sizes count as none, as GenEval's evaluator has it. */
    private static final double DEAD_ZONE = 0.1;

    /** The offset's direction holds while its cosine with the relation's axis is above this, again GenEval's. */
    private static final double NEEDED_COSINE = 0.5;

    private final int dx;
    private final int dy;

    Relation(int dx, int dy) {
        this.dx = dx;
        this.dy = dy;
    }

    /** The words between the two objects, such as {@code "left of"}. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** The same as a place, such as {@code "to the left of"}. */
    public String place() {
        return dx == 0 ? words() : "to the " + words();
    }

    /** How the second object stands, seen from the first. */
    Relation opposite() {
        return switch (this) {
            case LEFT_OF -> RIGHT_OF;
            case RIGHT_OF -> LEFT_OF;
            case ABOVE -> BELOW;
            case BELOW -> ABOVE;
        };
    }

    /**
     * How far the relation holds: 1 if it does, else below 1 and falling to 0 for the opposite direction.
     *
     * @param subject the object that the prompt names first
     * @param reference the object that it is placed against
     */
    double degree(SceneObject subject, SceneObject reference) {
        double x = beyondDeadZone(subject.centerX() - reference.centerX(), subject.width() + reference.width());
        double y = beyondDeadZone(subject.centerY() - reference.centerY(), subject.height() + reference.height());
        double length = Math.hypot(x, y);
        double cosine = length == 0 ? 0 : (x * dx + y * dy) / length;
        return cosine > NEEDED_COSINE ? 1 : Math.max(0, (cosine + 1) / 2);
    }

    /** How clearly the relation holds, 0 to 1: 1 straight in its direction, 0 where it just holds. */
    double clarity(SceneObject subject, SceneObject reference) {
        double x = subject.centerX() - reference.centerX();
        double y = subject.centerY() - reference.centerY();
        double cosine = (x * dx + y * dy) / Math.hypot(x, y);
        return Math.max(0, (cosine - NEEDED_COSINE) / (1 - NEEDED_COSINE));
    }

    private static double beyondDeadZone(double offset, double sizes) {
        return Math.signum(offset) * Math.max(0, Math.abs(offset) - DEAD_ZONE * sizes);
    }
}
