/** Inference-time search: draws candidates, has them judged, keeps the best, and loses none. */
package dev.reflectionflow.search;
