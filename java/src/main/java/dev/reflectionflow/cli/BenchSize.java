package dev.reflectionflow.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A size in pixels, as options spell it. */
record BenchSize(int width, int height) {
    private static final Pattern RECTANGLE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");
    private static final int PIXELS_PER_TOKEN = 16;
    private static final int MOST_PIXELS_A_SIDE = 8192;

    /** {@code WxH}, or one number for a square. */
    static BenchSize pixels(CommandSpec spec, String option, String text) {
        if (NUMBER.matcher(text).matches()) {
            int side = Integer.parseInt(text);
            return new BenchSize(side, side);
        }
        return rectangle(spec, option, text);
    }

    /** {@code WxH} in pixels, or a number of tokens: the rectangle of so many that is nearest to a square. */
    static BenchSize tokens(CommandSpec spec, String option, String text) {
        BenchSize size =
                NUMBER.matcher(text).matches() ? nearestToSquare(spec, option, text) : rectangle(spec, option, text);
        if (!drawable(size.width) || !drawable(size.height)) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + " " + text + " is " + size.width + "x" + size.height
                            + " pixels, not in multiples of 16 from 16 to " + MOST_PIXELS_A_SIDE);
        }
        return size;
    }

    private static boolean drawable(int side) {
        return side >= PIXELS_PER_TOKEN && side <= MOST_PIXELS_A_SIDE && side % PIXELS_PER_TOKEN == 0;
    }

    private static BenchSize nearestToSquare(CommandSpec spec, String option, String text) {
        int tokens = Integer.parseInt(text);
        if (tokens < 1) {
            throw new ParameterException(spec.commandLine(), option + " " + text + " is not 1 token or more");
        }
        int rows = (int) Math.sqrt(tokens);
        while (tokens % rows != 0) {
            rows--;
        }
        return new BenchSize(tokens / rows * PIXELS_PER_TOKEN, rows * PIXELS_PER_TOKEN);
    }

    private static BenchSize rectangle(CommandSpec spec, String option, String text) {
        Matcher sides = RECTANGLE.matcher(text);
        if (!sides.matches()) {
            throw new ParameterException(
                    spec.commandLine(), option + " " + text + " is neither a number nor WIDTHxHEIGHT");
        }
        return new BenchSize(Integer.parseInt(sides.group(1)), Integer.parseInt(sides.group(2)));
    }

    /** Tokens of a picture of this size. */
    static int tokens(int width, int height) {
        return (width / PIXELS_PER_TOKEN) * (height / PIXELS_PER_TOKEN);
    }
}
