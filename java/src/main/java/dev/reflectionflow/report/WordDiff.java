package dev.reflectionflow.report;

import java.util.ArrayList;
import java.util.List;

/** What words one text has that another lacks. */
final class WordDiff {
    /** Beyond this many pairs of words the old text counts as replaced as a whole. */
    private static final int MOST_PAIRS = 1_000_000;

    private WordDiff() {}

    /** What became of a piece of text. */
    enum Kind {
        SAME,
        DELETED,
        INSERTED
    }

    /** Neighbouring words of one fate, a space between each. */
    record Piece(Kind kind, String text) {}

    /** The pieces that turn {@code before} into {@code after}, with as many words the same as can be. */
    static List<Piece> of(String before, String after) {
        String[] a = words(before);
        String[] b = words(after);
        List<Piece> pieces = new ArrayList<>();
        if ((long) a.length * b.length > MOST_PAIRS) {
            add(pieces, Kind.DELETED, String.join(" ", a));
            add(pieces, Kind.INSERTED, String.join(" ", b));
            return pieces;
        }
        int[][] common = common(a, b);
        int i = 0;
        int j = 0;
        while (i < a.length || j < b.length) {
            if (i < a.length && j < b.length && a[i].equals(b[j])) {
                add(pieces, Kind.SAME, a[i++]);
                j++;
            } else if (j == b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) {
                add(pieces, Kind.DELETED, a[i++]);
            } else {
                add(pieces, Kind.INSERTED, b[j++]);
            }
        }
        return pieces;
    }

    /** For each pair of tails, how many words they can share. */
    private static int[][] common(String[] a, String[] b) {
        int[][] common = new int[a.length + 1][b.length + 1];
        for (int i = a.length - 1; i >= 0; i--) {
            for (int j = b.length - 1; j >= 0; j--) {
                common[i][j] =
                        a[i].equals(b[j]) ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }

    private static void add(List<Piece> pieces, Kind kind, String word) {
        int last = pieces.size() - 1;
        if (last >= 0 && pieces.get(last).kind() == kind) {
            pieces.set(last, new Piece(kind, pieces.get(last).text() + " " + word));
        } else {
            pieces.add(new Piece(kind, word));
        }
    }

    private static String[] words(String text) {
        return text.isBlank() ? new String[0] : text.strip().split("\\s+");
    }
}
