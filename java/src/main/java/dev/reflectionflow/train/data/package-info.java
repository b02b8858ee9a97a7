/** Training data: GenRef shards and rendered scenes as a stream of samples that a seed and a position decide. */
package dev.reflectionflow.train.data;
