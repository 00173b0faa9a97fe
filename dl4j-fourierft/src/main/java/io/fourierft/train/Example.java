package io.fourierft.train;

/**
 * One tokenised text.
 *
 * @param ids its token ids, special tokens included; shared, not to be changed
 * @param label its class
 */
public record Example(int[] ids, int label) {}
