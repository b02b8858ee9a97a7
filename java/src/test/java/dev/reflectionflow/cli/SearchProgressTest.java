package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.run.Budget;
import dev.reflectionflow.search.SearchPrompt;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SearchProgressTest {
    private static final SearchPrompt FIRST = SearchPrompt.of(7, "a");
    private static final SearchPrompt SECOND = SearchPrompt.of(8, "b");

    private final StringWriter err = new StringWriter();
    private final Console console = new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), true, 160);
    private final Interrupts interrupts = new Interrupts(console);

    @AfterEach
    void close() {
        interrupts.close();
    }

    private SearchProgress progress(int prompts) {
        SearchReport report = new SearchReport(console, new DrawnByRule(), OutputFormat.TEXT, List.of(FIRST, SECOND));
        return new SearchProgress(console, interrupts, report, prompts, 8, 1);
    }

    private String last() {
        String text = err.toString();
        return text.substring(text.lastIndexOf('\r') + 1);
    }

    @Test
    void onePromptAtATimeIsNamedByItsPlace() {
        SearchProgress progress = progress(5);
        progress.promptStarted(FIRST, 8);
        progress.stepDone(FIRST, 0, 1, 4, 4);
        assertThat(last()).startsWith("prompt 1/5  image 1/40  step 1/4 ");
    }

    @Test
    void severalInWorkAreCounted() {
        SearchProgress progress = progress(5);
        progress.promptStarted(FIRST, 8);
        progress.promptStarted(SECOND, 8);
        progress.stepDone(SECOND, 0, 4, 4, 4);
        assertThat(last()).startsWith("0/5 prompts, 2 in work  image 1/40  step 4/4 ");
        progress.stepDone(FIRST, 0, 1, 4, 4);
        assertThat(last()).startsWith("0/5 prompts, 2 in work  image 2/40  step 1/4 ");
    }

    @Test
    void costsOfAllPromptsAreAddedUpAndShownAsTheyCome() {
        SearchProgress progress = progress(2);
        progress.promptStarted(FIRST, 8);
        progress.promptStarted(SECOND, 8);
        progress.stepDone(FIRST, 0, 1, 4, 4);
        progress.budgetChanged(FIRST, new Budget(1, 4, 0, 1, 2, 12_000, 0.5));
        progress.budgetChanged(SECOND, new Budget(1, 4, 6, 1, 0, 0, 2.5));
        progress.budgetChanged(FIRST, new Budget(2, 8, 0, 2, 2, 12_345, 0.5));
        assertThat(last()).contains("12 evals 6 saved 3 judged 2 calls 12.3k tokens 3 s");
    }
}
