package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reflectionflow.weights.TransformerConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against sums worked out layer by layer for FLUX.1-dev at 1024x1024. */
class BenchWorkTest {
    private static final TransformerConfig DEV =
            new TransformerConfig(19, 38, 24, 128, 64, 64, 4096, 768, true, List.of(16, 56, 56));

    @Test
    void countsProductsAndAttention() {
        // Double-stream: 4.9575 (q, k, v), 1.6525 (out), 6.6100 (up), 6.6100 (down). Single: 9.9149, 13.2199, 16.5249.
        double products = 4.9575 + 1.6525 + 6.6100 + 6.6100 + 9.9149 + 13.2199 + 16.5249;
        double attention = 4.9575 + 9.9149;
        double ends = 0.0016 + 0.0016;
        assertThat(new BenchWork(DEV, 1, 512, 4096, 0).teraflop())
                .isCloseTo(products + attention + ends, within(0.001));
    }

    @Test
    void conditionTokensAreRowsLikeOthers() {
        double products = 6.0591 + 2.0197 + 8.0788 + 8.0788 + 12.1183 + 16.1577 + 20.1971;
        double attention = 7.4056 + 14.8112;
        assertThat(new BenchWork(DEV, 1, 512, 4096, 1024).teraflop())
                .isCloseTo(products + attention + 0.0032, within(0.001));
    }

    @Test
    void imagesOfABatchDoNotSeeEachOther() {
        double one = new BenchWork(DEV, 1, 512, 1024, 64).operations();
        assertThat(new BenchWork(DEV, 3, 512, 1024, 64).operations()).isEqualTo(3 * one);
    }
}
