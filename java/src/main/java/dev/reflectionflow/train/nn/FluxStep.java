package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * What all blocks of one evaluation share.
 *
 * @param textTurns rotary turns of the text tokens
 * @param imageTurns of the image tokens
 * @param conditionTurns of the condition tokens, null without
 * @param bias attention bias between condition and rest (S, S), or null
 * @param addAttention see {@link FluxCondition}
 * @param lora for condition rows, or null
 * @param latentLora for text and image rows, or null
 */
record FluxStep(
        Tensor textTurns,
        Tensor imageTurns,
        Tensor conditionTurns,
        Tensor bias,
        boolean addAttention,
        Lora lora,
        Lora latentLora) {}
