/** A run on disk: GenEval's folder layout and the journal that lets a killed run go on. */
package dev.reflectionflow.run;
