package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.ImageGenerator;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.run.Hashes;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.RequestRecord;
import dev.reflectionflow.run.RunFolder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One pass over the branches of a prompt: plans the requests, and draws those whose images are not there yet. */
final class SearchRound {
    private final ImageGenerator generator;
    private final String modelHash;
    private final RunFolder folder;
    private final ImageCodec codec;
    private final SearchListener listener;

    SearchRound(
            ImageGenerator generator, String modelHash, RunFolder folder, ImageCodec codec, SearchListener listener) {
        this.generator = generator;
        this.modelHash = modelHash;
        this.folder = folder;
        this.codec = codec;
        this.listener = listener;
    }

    /**
     * One slot of a round.
     *
     * @param image place in the prompt's drawing order
     * @param request with every default filled in
     */
    record Branch(int image, int round, int branch, GenerationRequest request, String key) {}

    /** A drawn branch; {@code pixels} reads them from memory or, in a resumed run, from the file. */
    record DrawnBranch(Drawn item, Supplier<RgbImage> pixels, boolean resumed) {}

    /** The slots of a round at noise level: a fresh seed each. */
    List<Branch> plan(SearchConfig config, SearchPrompt prompt, int round) {
        List<Branch> branches = new ArrayList<>();
        for (int branch = 0; branch < config.branches(); branch++) {
            int image = round * config.branches() + branch;
            GenerationRequest request = generator.resolve(config.request(prompt, image));
            String key = RequestRecord.of(request).key(modelHash);
            branches.add(new Branch(image, round, branch, request, key));
        }
        return branches;
    }

    /** The images of all branches, in their order; an equal request is never drawn twice in a run. */
    List<DrawnBranch> draw(SearchPrompt prompt, List<Branch> branches) {
        Map<String, Branch> missing = new LinkedHashMap<>();
        for (Branch branch : branches) {
            if (folder.drawn(prompt.index(), branch.image(), branch.key()).isEmpty()
                    && folder.drawn(branch.key()).isEmpty()) {
                missing.putIfAbsent(branch.key(), branch);
            }
        }
        Map<String, GeneratedImage> fresh = generate(prompt, List.copyOf(missing.values()));
        List<DrawnBranch> drawn = new ArrayList<>();
        for (Branch branch : branches) {
            drawn.add(folder.drawn(prompt.index(), branch.image(), branch.key())
                    .map(item -> new DrawnBranch(item, () -> codec.decode(folder.resolve(item.file())), true))
                    .orElseGet(() -> keep(prompt, branch, fresh, missing.size())));
        }
        return drawn;
    }

    private Map<String, GeneratedImage> generate(SearchPrompt prompt, List<Branch> missing) {
        Map<String, GeneratedImage> fresh = new HashMap<>();
        if (missing.isEmpty()) {
            return fresh;
        }
        int round = missing.get(0).round();
        GenerationListener progress = new GenerationListener() {
            @Override
            public boolean onStep(int step, int steps, Supplier<List<RgbImage>> preview) {
                listener.stepDone(prompt, round, step, steps, missing.size());
                return !listener.isCancelled();
            }

            @Override
            public void onWarning(String warning) {
                listener.warned(prompt, warning);
            }
        };
        List<GeneratedImage> images =
                generator.generate(missing.stream().map(Branch::request).toList(), progress);
        if (images.size() != missing.size()) {
            throw new EngineException(
                    ErrorCode.INTERNAL, missing.size() + " images were asked for, " + images.size() + " came");
        }
        for (int i = 0; i < images.size(); i++) {
            fresh.put(missing.get(i).key(), images.get(i));
        }
        return fresh;
    }

    /** Writes a branch's image, or a copy of the one that an equal request made before. */
    private DrawnBranch keep(SearchPrompt prompt, Branch branch, Map<String, GeneratedImage> fresh, int batch) {
        GeneratedImage image = fresh.get(branch.key());
        boolean copied = folder.drawn(branch.key()).isPresent();
        byte[] bytes = copied
                ? folder.read(folder.drawn(branch.key()).orElseThrow())
                : codec.encode(image, notes(prompt, branch));
        String file = RunFolder.sample(prompt.index(), branch.image());
        Drawn item = new Drawn(
                branch.key(),
                prompt.index(),
                branch.image(),
                branch.round(),
                branch.branch(),
                null,
                file,
                Hashes.sha256(bytes),
                RequestRecord.of(branch.request()),
                modelHash,
                copied ? 0 : image.request().steps(),
                copied ? 0 : image.timings().totalMs() / batch);
        folder.keep(item, bytes);
        return new DrawnBranch(item, image == null ? () -> codec.decode(folder.resolve(file)) : image::image, false);
    }

    private static Map<String, String> notes(SearchPrompt prompt, Branch branch) {
        return Map.of(
                "prompt_index", String.valueOf(prompt.index()),
                "round", String.valueOf(branch.round()),
                "branch", String.valueOf(branch.branch()));
    }
}
