package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.image.Similarity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Pairs of pictures and what they are like together.
 *
 * @param pictures at least one
 * @param alone files without a counterpart
 */
record Comparison(List<ComparedPicture> pictures, int alone) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String COLUMNS = "%8s  %6s  %9s  %s";

    /** The mean of each measure; of PSNR, that of the mean squared error, which equal pictures do not make infinite. */
    Similarity mean() {
        return new Similarity(mean(Similarity::squaredError), mean(Similarity::ssim), mean(Similarity::gradients));
    }

    /** The worst that any pair has of each measure, not all of the same pair. */
    Similarity worst() {
        return new Similarity(
                all().map(Similarity::squaredError)
                        .max(Comparator.naturalOrder())
                        .orElseThrow(),
                all().map(Similarity::ssim).min(Comparator.naturalOrder()).orElseThrow(),
                all().map(Similarity::gradients).min(Comparator.naturalOrder()).orElseThrow());
    }

    /** Pairs without any difference. */
    long equal() {
        return all().filter(similarity -> similarity.squaredError() == 0).count();
    }

    private long ofDifferentRequests() {
        return pictures.stream().filter(ComparedPicture::isOfDifferentRequests).count();
    }

    private long ofDifferentEngines() {
        return pictures.stream().filter(ComparedPicture::isOfDifferentEngines).count();
    }

    /** Why the measures may not be those of a mode. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (alone > 0) {
            notes.add(alone + (alone == 1 ? " picture has" : " pictures have") + " no counterpart of the same name");
        }
        String pairs = " of " + pictures.size() + (pictures.size() == 1 ? " pair" : " pairs");
        if (ofDifferentRequests() > 0) {
            notes.add(ofDifferentRequests() + pairs
                    + " drawn for different requests: prompt, seed, steps, guidance or condition");
        }
        if (ofDifferentEngines() > 0) {
            notes.add(ofDifferentEngines() + pairs + " drawn by another model, LoRA, computing type or device");
        }
        return notes;
    }

    /** A table: a line for each pair, the mean and the worst of several, how both sides were made. */
    List<String> text() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(COLUMNS, "PSNR dB", "SSIM", "gradients", "picture"));
        pictures.forEach(
                picture -> lines.add(row(picture.similarity(), picture.pair().name())));
        if (pictures.size() > 1) {
            lines.add(row(
                    mean(),
                    "mean of " + pictures.size() + ", PSNR of the mean squared error; " + equal()
                            + " without any difference"));
            lines.add(row(worst(), "worst of each"));
        }
        lines.add("A: " + side(true).text());
        lines.add("B: " + side(false).text());
        return lines;
    }

    /** An object for each pair, then one for all. */
    List<String> json() {
        List<String> lines = new ArrayList<>();
        for (ComparedPicture picture : pictures) {
            ObjectNode node = MAPPER.createObjectNode();
            node.put("a", picture.pair().a().toString())
                    .put("b", picture.pair().b().toString());
            put(node, picture.similarity());
            lines.add(node.toString());
        }
        ObjectNode all = MAPPER.createObjectNode().put("pairs", pictures.size()).put("alone", alone);
        all.put("different_requests", ofDifferentRequests()).put("different_engines", ofDifferentEngines());
        all.put("equal", equal());
        put(all.putObject("mean"), mean());
        put(all.putObject("worst"), worst());
        side(true).json(all.putObject("a"));
        side(false).json(all.putObject("b"));
        lines.add(all.toString());
        return lines;
    }

    private ComparedFolder side(boolean first) {
        return ComparedFolder.of(pictures.stream()
                .map(picture -> first ? picture.a() : picture.b())
                .toList());
    }

    /** JSON knows no infinity: equal pictures have no PSNR there. */
    private static void put(ObjectNode node, Similarity similarity) {
        node.put("psnr", similarity.squaredError() == 0 ? null : (Double) similarity.psnr());
        node.put("ssim", similarity.ssim()).put("gradients", similarity.gradients());
    }

    private static String row(Similarity similarity, String name) {
        return String.format(
                COLUMNS,
                similarity.squaredError() == 0 ? "equal" : String.format(Locale.ROOT, "%.2f", similarity.psnr()),
                String.format(Locale.ROOT, "%.4f", similarity.ssim()),
                String.format(Locale.ROOT, "%.4f", similarity.gradients()),
                Console.oneLine(name));
    }

    private double mean(ToDoubleFunction<Similarity> measure) {
        return all().mapToDouble(measure).average().orElseThrow();
    }

    private Stream<Similarity> all() {
        return pictures.stream().map(ComparedPicture::similarity);
    }
}
