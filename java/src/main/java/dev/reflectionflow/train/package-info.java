/**
 * Training: reflection tuning of FLUX.1 as published, and a small model from scratch. {@link
 * dev.reflectionflow.train.Trainer} runs one {@link dev.reflectionflow.train.Stage} as a {@link
 * dev.reflectionflow.train.TrainConfig} says.
 */
package dev.reflectionflow.train;
