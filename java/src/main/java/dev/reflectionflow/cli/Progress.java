package dev.reflectionflow.cli;

import java.util.Locale;

/**
 * One line that shows how far all images are, which image is being drawn, and how fast its steps go.
 *
 * <p>Ours because the usual libraries ask the terminal for its size through JLine, which costs 0.3 s: as much as the
 * shipped model needs for an image.
 */
final class Progress {
    private static final int WIDEST_BAR = 40;
    private static final int NARROWEST_BAR = 8;

    private final Console console;
    private final long start = System.nanoTime();
    private double resumed = -1;
    private long lastStep;
    private double stepSeconds;
    private long timedSteps;
    private int images;
    private String head = "";
    private String tail = "";
    private String spent = "";
    private double fraction;

    /** @param images to draw in all */
    Progress(Console console, int images) {
        this.console = console;
        this.images = images;
    }

    /** Another number of images in all, since a search may end early. */
    void expect(int value) {
        images = value;
    }

    /** What has been spent, in few words, for the end of the line where there is room. */
    void spent(String words) {
        spent = words;
        if (!head.isEmpty()) {
            console.progress(line());
        }
    }

    /**
     * A step of the images drawn together is done; called by one thread at a time.
     *
     * @param label what encloses the images, such as {@code prompt 2/5}; may be empty
     * @param done images finished before these
     * @param together images of this step
     * @param step from 1
     */
    void step(String label, int done, int together, int step, int steps) {
        long now = System.nanoTime();
        if (resumed < 0) {
            resumed = (double) done / images;
        }
        if (step > 1) {
            stepSeconds += (now - lastStep) / 1e9;
            timedSteps += together;
        }
        lastStep = now;
        fraction = Math.min(1, (done + (double) together * step / steps) / images);
        if (console.isLive()) {
            describe(label, done, together, step, steps, (now - start) / 1e9);
            console.progress(line());
        }
    }

    private void describe(String label, int done, int together, int step, int steps, double seconds) {
        String last = together > 1 ? "-" + (done + together) : "";
        head = (label.isEmpty() ? "" : label + "  ") + "image " + (done + 1) + last + "/" + images + "  step " + step
                + "/" + steps + " ";
        tail = timedSteps == 0 ? "" : String.format(Locale.ROOT, " %.1f steps/s", timedSteps / stepSeconds);
        long left = Math.round(seconds * (1 - fraction) / (fraction - resumed));
        if (left > 2) {
            tail += String.format(Locale.ROOT, ", %d:%02d left", left / 60, left % 60);
        }
    }

    private String line() {
        String end = spent.isEmpty() ? tail : tail + ", " + spent;
        if (head.length() + end.length() > console.width() && !spent.isEmpty()) {
            return head + " " + spent;
        }
        int room = Math.min(WIDEST_BAR, console.width() - head.length() - end.length() - 2);
        return room < NARROWEST_BAR ? head.stripTrailing() + end : head + bar(room, fraction) + end;
    }

    private static String bar(int width, double fraction) {
        int filled = (int) Math.round(width * fraction);
        return "[" + "=".repeat(filled) + " ".repeat(width - filled) + "]";
    }
}
