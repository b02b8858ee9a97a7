package dev.reflectionflow.report;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.run.RecordedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a run's verified pairs as WebDataset shards with GenRef's keys, so that a corrector can be trained on them: an
 * image, the reflection on it, and the image drawn from both, where the verifier scored that one higher.
 */
public final class GenRefExport {
    private static final String RULES_VERIFIER = "scene";

    private GenRefExport() {}

    /**
     * A pair.
     *
     * @param prompt the user's own, which both images were judged against
     * @param subset GenRef's name for the way that pairs were told apart
     */
    record Pair(Path good, Path bad, String reflection, String prompt, String subset) {
        private GenRefShard.Pair read() {
            return new GenRefShard.Pair(
                    PngReader.read(good).image(), PngReader.read(bad).image(), reflection, prompt, subset);
        }
    }

    /**
     * What was written.
     *
     * @param pairs in all shards together
     * @param shards their files
     */
    public record Written(int pairs, List<Path> shards) {}

    /**
     * Writes {@code genref_0.tar} and so on.
     *
     * @param shardSize most pairs of a shard, 1 or more
     * @param minGap least difference between the two scores; they always differ
     * @throws EngineException {@code INVALID_FILE} where a run or image cannot be read, or a shard is there already or
     *     cannot be written
     */
    public static Written write(List<Path> runs, Path output, int shardSize, double minGap) {
        List<Pair> pairs =
                runs.stream().flatMap(run -> pairs(run, minGap).stream()).toList();
        List<Path> shards = new ArrayList<>();
        for (int first = 0; first < pairs.size(); first += shardSize) {
            shards.add(output.resolve(GenRefShard.name(shards.size())));
        }
        prepare(output);
        for (int i = 0; i < shards.size(); i++) {
            int first = i * shardSize;
            int count = Math.min(pairs.size() - first, shardSize);
            GenRefShard.write(
                    shards.get(i), first, count, number -> pairs.get(number).read());
        }
        return new Written(pairs.size(), shards);
    }

    private static List<Pair> pairs(Path directory, double minGap) {
        RecordedRun run = RecordedRun.read(directory);
        boolean byRule = run.config().path("verifier").path("name").asText().equals(RULES_VERIFIER);
        List<Pair> pairs = new ArrayList<>();
        for (int index : run.records().promptIndexes()) {
            PromptTree prompt = PromptTree.of(run, index);
            for (Node good : prompt.nodes()) {
                if (good.parent().isPresent() && !good.reflection().isEmpty()) {
                    Node bad = prompt.node(good.parent().get());
                    if (isBetter(good, bad, minGap)) {
                        pairs.add(new Pair(
                                run.file(good.drawn()),
                                run.file(bad.drawn()),
                                good.reflection(),
                                prompt.text(),
                                byRule ? GenRefShard.RULE : GenRefShard.GENERAL));
                    }
                }
            }
        }
        return pairs;
    }

    private static boolean isBetter(Node good, Node bad, double minGap) {
        if (good.score().isEmpty() || bad.score().isEmpty()) {
            return false;
        }
        double gap = good.score().get() - bad.score().get();
        return gap > 0 && gap >= minGap;
    }

    /** Shards of another export would be read with these, so none may be there. */
    private static void prepare(Path output) {
        try {
            Files.createDirectories(output);
            try (var files = Files.newDirectoryStream(output, "genref_*.tar")) {
                for (Path there : files) {
                    throw new EngineException(
                            ErrorCode.INVALID_FILE, there + " is there already; choose another output folder");
                }
            }
        } catch (IOException e) {
            throw EngineException.invalidFile(output, "cannot be written", e);
        }
    }
}
