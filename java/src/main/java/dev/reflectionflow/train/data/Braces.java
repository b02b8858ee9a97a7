package dev.reflectionflow.train.data;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Expands {@code {0..208}}, {@code {00000..00012}} and {@code {a,b}} as a shell does; other braces stay as they are. */
final class Braces {
    /** An innermost pair with a range or a list in it. */
    private static final Pattern PAIR = Pattern.compile("\\{(?:(\\d+)\\.\\.(\\d+)|([^{}]*,[^{}]*))}");

    private static final int MOST = 100_000;

    private Braces() {}

    /** Every text that the pattern stands for, in order; the first pair changes slowest. */
    static List<String> expand(String pattern) {
        List<String> texts = new ArrayList<>();
        expand(pattern, pattern, texts);
        return texts;
    }

    private static void expand(String text, String pattern, List<String> texts) {
        Matcher pair = PAIR.matcher(text);
        if (!pair.find()) {
            texts.add(text);
            if (texts.size() > MOST) {
                throw new EngineException(
                        ErrorCode.INVALID_ARGUMENT, pattern + ": stands for more than " + MOST + " shards");
            }
            return;
        }
        for (String choice : choices(pair, pattern)) {
            expand(text.substring(0, pair.start()) + choice + text.substring(pair.end()), pattern, texts);
        }
    }

    private static List<String> choices(Matcher pair, String pattern) {
        if (pair.group(3) != null) {
            return List.of(pair.group(3).split(",", -1));
        }
        try {
            return range(pair.group(1), pair.group(2));
        } catch (NumberFormatException e) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, pattern + ": a number too large", e);
        }
    }

    /** Padded where either end is, and downwards where the first is larger. */
    private static List<String> range(String from, String to) {
        int first = Integer.parseInt(from);
        int last = Integer.parseInt(to);
        boolean padded = isPadded(from) || isPadded(to);
        int width = padded ? Math.max(from.length(), to.length()) : 1;
        List<String> numbers = new ArrayList<>();
        for (int i = first; numbers.size() <= MOST; i += first <= last ? 1 : -1) {
            numbers.add(String.format(Locale.ROOT, "%0" + width + "d", i));
            if (i == last) {
                break;
            }
        }
        return numbers;
    }

    private static boolean isPadded(String number) {
        return number.length() > 1 && number.startsWith("0");
    }
}
