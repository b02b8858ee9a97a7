package dev.reflectionflow.search;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.feedback.Advice;
import dev.reflectionflow.feedback.Attempt;
import dev.reflectionflow.run.JournalRecord.Advised;
import dev.reflectionflow.search.Services.Answer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Asks how to better the heads of chains: first what to change, then, knowing that, for a new prompt. An image is asked
 * about once; a chain that comes back to it draws from the same advice with other noise. Without a reflection, because
 * there is nothing to mend or because asking failed, the next image is drawn afresh from the current prompt.
 */
final class Advising {
    private final FlowRun run;
    private final SearchPrompt prompt;
    private final PromptLog log;

    Advising(FlowRun run, SearchPrompt prompt, PromptLog log) {
        this.run = run;
        this.prompt = prompt;
        this.log = log;
    }

    /**
     * What to draw next from.
     *
     * @param prompt the current one, as a refiner leaves it
     * @param reflection what to change; empty for none
     */
    record Counsel(String prompt, String reflection) {}

    /** Counsel for each head, by its image. */
    Map<Integer, Counsel> on(List<Candidate> heads, Function<Candidate, RgbImage> pixels) {
        Roles roles = run.services().roles();
        Function<Candidate, Attempt> attempt =
                head -> new Attempt(pixels.apply(head), prompt.text(), head.prompt(), head.reflection(), head.score());
        Map<Integer, Advice> reflections = new HashMap<>();
        roles.reflector()
                .ifPresent(role -> reflections.putAll(ask(
                        AdviceRole.REFLECTION,
                        role.name(),
                        heads,
                        head -> run.services().reflect(attempt.apply(head)))));
        Map<Integer, Advice> prompts = new HashMap<>();
        roles.refiner()
                .ifPresent(role -> prompts.putAll(ask(
                        AdviceRole.REFINEMENT,
                        role.name(),
                        heads,
                        head -> run.services()
                                .refine(
                                        attempt.apply(head),
                                        given(reflections, head).orElse("")))));
        Map<Integer, Counsel> counsel = new HashMap<>();
        for (Candidate head : heads) {
            String current = given(prompts, head).orElse(head.prompt());
            counsel.put(
                    head.image(), new Counsel(current, given(reflections, head).orElse("")));
        }
        return counsel;
    }

    private static Optional<String> given(Map<Integer, Advice> advice, Candidate head) {
        return Optional.ofNullable(advice.get(head.image())).map(Advice::text).filter(text -> !text.isEmpty());
    }

    /** Asks about all heads at once, except those that were asked about before; answers by image. */
    private Map<Integer, Advice> ask(
            AdviceRole role,
            String adviser,
            List<Candidate> heads,
            Function<Candidate, Future<Answer<Advice>>> question) {
        Map<Candidate, Optional<Future<Answer<Advice>>>> asked = new LinkedHashMap<>();
        for (Candidate head : heads) {
            asked.computeIfAbsent(
                    head, one -> known(role, one).isPresent() ? Optional.empty() : Optional.of(question.apply(one)));
        }
        Map<Integer, Advice> advice = new HashMap<>();
        asked.forEach((head, answer) -> {
            answer.ifPresent(future -> log.keep(
                    Lines.advised(head.drawn(), role, adviser, Questions.await(future, run.listener()::isCancelled))));
            Advised line = known(role, head).orElseThrow();
            if (answer.isPresent() || log.use(line)) {
                run.listener().adviceGiven(head, role, Lines.advice(line), answer.isEmpty());
            }
            advice.put(head.image(), Lines.advice(line));
        });
        return advice;
    }

    private Optional<Advised> known(AdviceRole role, Candidate head) {
        return log.answers().advised(head.drawn(), role.word());
    }
}
