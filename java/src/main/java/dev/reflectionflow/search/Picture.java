package dev.reflectionflow.search;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.run.JournalRecord.Drawn;
import java.util.function.Supplier;

/**
 * A planned image that is on the disk.
 *
 * @param draw the plan
 * @param item its line in the journal
 * @param pixels from memory or, in a resumed run, from the file
 * @param resumed whether an earlier start drew it
 */
record Picture(Draw draw, Drawn item, Supplier<RgbImage> pixels, boolean resumed) {}
