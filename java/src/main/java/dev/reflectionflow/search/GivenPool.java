package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.ImageMetadata;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.run.Hashes;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Texts;
import dev.reflectionflow.run.RequestRecord;
import dev.reflectionflow.run.RunLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes the images that a prompt starts from into the run, in the places of a pool; they cost nothing. Each is named after
 * its bytes, and its request is what its file tells of it, if that is known.
 */
final class GivenPool {
    private static final String UNKNOWN = "unknown";

    private final FlowRun run;
    private final SearchPrompt prompt;
    private final PromptLog log;

    GivenPool(FlowRun run, SearchPrompt prompt, PromptLog log) {
        this.run = run;
        this.prompt = prompt;
        this.log = log;
    }

    /** The images in their order. */
    List<Picture> take() {
        List<Picture> pictures = new ArrayList<>();
        for (Path file : prompt.start()) {
            pictures.add(take(file, pictures.size()));
        }
        return pictures;
    }

    private Picture take(Path file, int place) {
        byte[] bytes = read(file);
        String sha256 = Hashes.sha256(bytes);
        Optional<Drawn> before = log.answers().drawn(prompt.index(), place);
        if (before.isPresent() && !before.get().sha256().equals(sha256)) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    run.folder().directory() + " holds a run that did not start from " + file
                            + "; choose another output folder");
        }
        Optional<ImageMetadata> known = ImageMetadata.fromText(file, PngReader.readText(file));
        GenerationRequest request = known.map(ImageMetadata::request).orElseGet(() -> unknown(file));
        if (!run.config().noise().isRandom() && request.seed() == null) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE,
                    file + ": zero-order search needs its noise, and it does not tell its seed");
        }
        Draw draw = new Draw(0, place, null, null, new Texts(prompt.text(), ""), request, sha256);
        Optional<Drawn> whole = run.folder().drawn(prompt.index(), place, draw.key());
        Drawn item = whole.orElseGet(() -> {
            Drawn fresh = item(draw, known.map(ImageMetadata::modelHash).orElse(UNKNOWN));
            log.keep(fresh, bytes);
            return fresh;
        });
        whole.ifPresent(log::use);
        return new Picture(draw, item, () -> run.codec().decode(run.folder().resolve(item.file())), whole.isPresent());
    }

    private Drawn item(Draw draw, String modelHash) {
        int place = draw.branch();
        return new Drawn(
                draw.key(),
                prompt.index(),
                place,
                0,
                place,
                null,
                null,
                run.config().poolCounts()
                        ? RunLayout.sample(prompt.index(), place)
                        : RunLayout.pool(prompt.index(), place),
                draw.key(),
                RequestRecord.of(draw.request()),
                modelHash,
                0,
                0);
    }

    private GenerationRequest unknown(Path file) {
        RgbImage image = PngReader.read(file).image();
        return GenerationRequest.builder(prompt.text())
                .width(image.width())
                .height(image.height())
                .build();
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be read", e);
        }
    }
}
