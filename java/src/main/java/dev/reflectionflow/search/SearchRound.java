package dev.reflectionflow.search;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.GenerationRequest.NoiseStep;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.run.JournalRecord.Texts;
import dev.reflectionflow.run.RequestRecord;
import dev.reflectionflow.search.Advising.Counsel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Plans a prompt's rounds: the requests of the pool, and those that better the heads of chains. */
final class SearchRound {
    private final FlowRun run;
    private final SearchPrompt prompt;
    private int draws;

    SearchRound(FlowRun run, SearchPrompt prompt) {
        this.run = run;
        this.prompt = prompt;
    }

    /** Leaves out the seeds of images that are there already. */
    void skip(int images) {
        draws += images;
    }

    /** The first round: fresh noise each. */
    List<Draw> pool(int images) {
        List<Draw> planned = new ArrayList<>();
        for (int branch = 0; branch < images; branch++) {
            Texts texts = new Texts(prompt.text(), "");
            GenerationRequest.Builder request = run.config().drawing().on(GenerationRequest.builder(prompt.text()));
            planned.add(draw(
                    new Draw(0, branch, null, null, texts, request.seed(seed()).build(), "")));
        }
        return planned;
    }

    /**
     * A later round, a draw for each slot.
     *
     * @param counsel for a head
     * @param pixels of a head
     */
    List<Draw> next(
            int round, List<Chain> slots, Function<Candidate, Counsel> counsel, Function<Candidate, RgbImage> pixels) {
        List<Draw> planned = new ArrayList<>();
        for (int branch = 0; branch < slots.size(); branch++) {
            Candidate head = slots.get(branch).head();
            Counsel advice = counsel.apply(head);
            GenerationRequest.Builder request = request(head, advice, pixels);
            noise(request, head);
            boolean descends = !advice.reflection().isEmpty()
                    || !advice.prompt().equals(prompt.text())
                    || !run.config().noise().isRandom();
            Texts texts = new Texts(advice.prompt(), advice.reflection());
            String parent = descends ? head.key() : null;
            planned.add(draw(new Draw(round, branch, head.chain(), parent, texts, request.build(), "")));
        }
        return planned;
    }

    /** The same draw with other noise. */
    Draw again(Draw dropped) {
        GenerationRequest request = dropped.request();
        List<NoiseStep> steps = request.noiseSteps();
        GenerationRequest.Builder other = request.toBuilder();
        if (steps.isEmpty()) {
            other.seed(seed());
        } else {
            List<NoiseStep> changed = new ArrayList<>(steps);
            changed.set(
                    steps.size() - 1,
                    new NoiseStep(seed(), steps.get(steps.size() - 1).distance()));
            other.noiseSteps(changed);
        }
        return draw(new Draw(
                dropped.round(),
                dropped.branch(),
                dropped.chain(),
                dropped.parent(),
                dropped.texts(),
                other.build(),
                ""));
    }

    private GenerationRequest.Builder request(Candidate head, Counsel advice, Function<Candidate, RgbImage> pixels) {
        FlowConfig config = run.config();
        if (advice.reflection().isEmpty()) {
            return config.drawing().on(GenerationRequest.builder(advice.prompt()));
        }
        CorrectorSettings corrector = config.corrector();
        return corrector
                .drawing()
                .or(config.drawing())
                .on(config.text().correction(prompt.text(), advice.prompt(), advice.reflection()))
                .condition(corrector.condition(pixels.apply(head)));
    }

    private void noise(GenerationRequest.Builder request, Candidate head) {
        NoiseStrategy noise = run.config().noise();
        if (noise.isRandom()) {
            request.seed(seed());
            return;
        }
        RequestRecord from = head.request();
        List<NoiseStep> steps = new ArrayList<>(from.noiseSteps() == null ? List.of() : from.noiseSteps());
        steps.add(new NoiseStep(seed(), noise.distance()));
        request.seed(from.seed()).noiseSteps(steps);
    }

    private long seed() {
        return Seeds.derive(run.config().seed(), prompt.index(), draws++);
    }

    private Draw draw(Draw open) {
        GenerationRequest request = run.generator().resolve(open.request());
        String key = RequestRecord.of(request).key(run.modelHash());
        return new Draw(open.round(), open.branch(), open.chain(), open.parent(), open.texts(), request, key);
    }
}
