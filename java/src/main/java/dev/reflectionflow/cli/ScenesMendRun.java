package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.TextMode;
import dev.reflectionflow.scenes.FlawSampler;
import dev.reflectionflow.scenes.FlawedSample;
import dev.reflectionflow.scenes.SceneSplit;
import dev.reflectionflow.search.CorrectorSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Draws flawed scenes anew in three ways and counts what is mended. */
final class ScenesMendRun {
    /** What a picture is drawn from, beside the prompt. */
    private enum Given {
        BOTH("picture and reflection"),
        PICTURE("picture"),
        REFLECTION("reflection");

        private final String words;

        Given(String words) {
            this.words = words;
        }
    }

    private final Console console;
    private final CorrectorSettings corrector;
    private final TextMode text;
    private final long seed;
    private final List<FlawedSample> samples;
    private final Progress progress;

    ScenesMendRun(Console console, CorrectorSettings corrector, TextMode text, long seed, int count) {
        this.console = console;
        this.corrector = corrector;
        this.text = text;
        this.seed = seed;
        FlawSampler sampler = new FlawSampler(seed, SceneSplit.TEST);
        samples = LongStream.range(0, count).mapToObj(sampler::sample).toList();
        progress = new Progress(console, Given.values().length * count);
    }

    /** The table as Markdown. */
    String run(EngineOpener opener, EngineSettings settings) {
        try (Interrupts interrupts = new Interrupts(console);
                OpenEngine engine = opener.open(settings)) {
            engine.warnings().forEach(console::note);
            ScenesMendingTable table = new ScenesMendingTable();
            for (Given given : Given.values()) {
                table.add(given.words, samples, outcomes(engine, settings.batchSize(), given, interrupts));
            }
            return table.markdown();
        } catch (EngineException e) {
            throw e.code() == ErrorCode.CANCELLED
                    ? new EngineException(ErrorCode.CANCELLED, "interrupted; nothing is measured", e)
                    : e;
        } finally {
            console.clear();
        }
    }

    private List<MendingOutcome> outcomes(OpenEngine engine, int batchSize, Given given, Interrupts interrupts) {
        List<MendingOutcome> outcomes = new ArrayList<>();
        for (int first = 0; first < samples.size(); first += batchSize) {
            int end = Math.min(first + batchSize, samples.size());
            List<GenerationRequest> requests = new ArrayList<>();
            for (int i = first; i < end; i++) {
                requests.add(request(samples.get(i), given, seed + i));
            }
            int done = given.ordinal() * samples.size() + first;
            DrawingListener listener = new DrawingListener(console, progress, interrupts, done, end - first);
            for (GeneratedImage image : engine.generate(requests, listener)) {
                outcomes.add(MendingOutcome.of(samples.get(outcomes.size()), image.image()));
            }
        }
        return outcomes;
    }

    private GenerationRequest request(FlawedSample sample, Given given, long noise) {
        String prompt = sample.good().text();
        GenerationRequest.Builder request = given == Given.PICTURE
                ? GenerationRequest.builder(prompt)
                : text.correction(prompt, prompt, sample.reflection());
        RgbImage picture = sample.image();
        if (given != Given.REFLECTION) {
            request.condition(corrector.condition(picture));
        }
        return corrector
                .drawing()
                .on(request)
                .size(picture.width(), picture.height())
                .seed(noise)
                .build();
    }
}
