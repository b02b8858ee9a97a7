package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.search.FlowConfig;
import dev.reflectionflow.search.ReflectionFlow;
import dev.reflectionflow.search.Roles;
import dev.reflectionflow.search.SearchPrompt;
import dev.reflectionflow.search.SearchResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes one {@code search} and tells of it. */
final class SearchRun {
    private final Console console;
    private final EngineSettings settings;
    private final FlowConfig config;
    private final OutputFormat format;

    SearchRun(Console console, EngineSettings settings, FlowConfig config, OutputFormat format) {
        this.console = console;
        this.settings = settings;
        this.config = config;
        this.format = format;
    }

    /** The exit code: 0, or 6 where candidates stayed without a score or advice failed. */
    int run(EngineOpener opener, List<SearchPrompt> prompts, Path directory, Roles roles) {
        boolean resumes = Files.exists(directory.resolve("journal.jsonl"));
        try (Interrupts interrupts = new Interrupts(console);
                OpenEngine engine = opener.open(settings)) {
            engine.warnings().forEach(console::note);
            if (config.released()) {
                console.note("searching by the released rules; config.json says so");
            }
            SearchReport report = new SearchReport(console, engine, format, prompts);
            SearchProgress progress = new SearchProgress(
                    console, interrupts, report, prompts.size(), config.images(), settings.batchSize());
            progress.beginsWith((resumes ? "going on with the run in " : "writing the run to ") + directory);
            SearchResult result =
                    new ReflectionFlow(config, engine, settings.codec(engine), roles).run(prompts, directory, progress);
            report.total(result);
            return finish(result, progress);
        } catch (EngineException e) {
            if (e.code() == ErrorCode.CANCELLED) {
                throw new EngineException(
                        ErrorCode.CANCELLED, "interrupted; the same command goes on with the run in " + directory, e);
            }
            throw e;
        } finally {
            console.clear();
        }
    }

    private int finish(SearchResult result, SearchProgress progress) {
        if (progress.resumed() > 0) {
            console.note(progress.resumed() + " of " + progress.images() + " candidates were there already");
        }
        if (result.unscored() > 0) {
            console.note(result.unscored() + " of " + progress.images()
                    + " candidates stayed unscored; the same command asks for their scores again");
        }
        if (result.failedAdvice() > 0) {
            console.note(result.failedAdvice() + " questions to reflector or refiner failed; the images after them were"
                    + " drawn without that advice, journal.jsonl says why");
        }
        return result.unscored() + result.failedAdvice() == 0 ? 0 : ErrorCode.UNSCORED.exitCode();
    }
}
