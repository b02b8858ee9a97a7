package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.run.Hashes;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Texts;
import dev.reflectionflow.run.RequestRecord;
import dev.reflectionflow.run.RunLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Draws the images of a round that are not there yet, and writes them; an equal request is never drawn twice in a run. */
final class RoundDrawing {
    private final FlowRun run;
    private final SearchPrompt prompt;
    private final PromptLog log;

    RoundDrawing(FlowRun run, SearchPrompt prompt, PromptLog log) {
        this.run = run;
        this.prompt = prompt;
        this.log = log;
    }

    /** The images of all draws, in their order; {@code first} is the place of the first in the prompt's drawing order. */
    List<Picture> draw(List<Draw> draws, int first) {
        Map<String, Draw> missing = new LinkedHashMap<>();
        for (int i = 0; i < draws.size(); i++) {
            Draw draw = draws.get(i);
            if (known(draw, first + i).isEmpty()
                    && run.folder().drawn(draw.key()).isEmpty()) {
                missing.putIfAbsent(draw.key(), draw);
            }
        }
        return keep(draws, first, generate(List.copyOf(missing.values())));
    }

    /** Writes the images that are not there yet: fresh ones by their keys, and copies of what equal requests made. */
    List<Picture> keep(List<Draw> draws, int first, Map<String, GeneratedImage> fresh) {
        List<GeneratedImage> images = List.copyOf(fresh.values());
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < draws.size(); i++) {
            Draw draw = draws.get(i);
            int place = first + i;
            Optional<Drawn> known = known(draw, place);
            if (known.isPresent()) {
                log.use(known.get());
                pictures.add(picture(draw, known.get(), true));
                continue;
            }
            Optional<Drawn> equal = run.folder().drawn(draw.key());
            pictures.add(
                    equal.isPresent()
                            ? copy(draw, place, equal.get())
                            : write(draw, place, fresh.get(draw.key()), images));
        }
        return pictures;
    }

    private Map<String, GeneratedImage> generate(List<Draw> missing) {
        Map<String, GeneratedImage> fresh = new HashMap<>();
        if (missing.isEmpty()) {
            return fresh;
        }
        List<GeneratedImage> images = run.generator()
                .generate(missing.stream().map(Draw::request).toList(), new RoundProgress(run, prompt, missing));
        if (images.size() != missing.size()) {
            throw new EngineException(
                    ErrorCode.INTERNAL, missing.size() + " images were asked for, " + images.size() + " came");
        }
        for (int i = 0; i < images.size(); i++) {
            fresh.put(missing.get(i).key(), images.get(i));
        }
        return fresh;
    }

    private Optional<Drawn> known(Draw draw, int place) {
        return run.folder().drawn(prompt.index(), place, draw.key());
    }

    private Picture picture(Draw draw, Drawn item, boolean resumed) {
        return new Picture(draw, item, () -> run.codec().decode(run.folder().resolve(item.file())), resumed);
    }

    private Picture copy(Draw draw, int place, Drawn equal) {
        byte[] bytes = run.folder().read(equal);
        Drawn item = item(draw, place, bytes, 0, 0);
        log.keep(item, bytes);
        return picture(draw, item, false);
    }

    private Picture write(Draw draw, int place, GeneratedImage image, List<GeneratedImage> images) {
        byte[] bytes = run.codec().encode(image, notes(draw, place));
        // the images of one batch share their timings
        int batch = Collections.frequency(
                images.stream().map(GeneratedImage::timings).toList(), image.timings());
        double milliseconds = image.timings().totalMs() / batch;
        Drawn item = item(draw, place, bytes, draw.evaluations(), milliseconds);
        log.keep(item, bytes);
        return new Picture(draw, item, image::image, false);
    }

    private Drawn item(Draw draw, int place, byte[] bytes, long evaluations, double milliseconds) {
        boolean counts = draw.round() > 0 || run.config().poolCounts();
        Texts plain = new Texts(prompt.text(), "");
        return new Drawn(
                draw.key(),
                prompt.index(),
                place,
                draw.round(),
                draw.branch(),
                draw.parent(),
                draw.texts().equals(plain) ? null : draw.texts(),
                counts ? RunLayout.sample(prompt.index(), place) : RunLayout.pool(prompt.index(), place),
                Hashes.sha256(bytes),
                RequestRecord.of(draw.request()),
                run.modelHash(),
                evaluations,
                milliseconds);
    }

    private Map<String, String> notes(Draw draw, int place) {
        Map<String, String> notes = new HashMap<>();
        notes.put("prompt_index", String.valueOf(prompt.index()));
        notes.put("round", String.valueOf(draw.round()));
        notes.put("branch", String.valueOf(draw.branch()));
        notes.put("chain", String.valueOf(draw.chain() == null ? place : draw.chain()));
        if (draw.parent() != null) {
            notes.put("parent", draw.parent());
        }
        return notes;
    }
}
