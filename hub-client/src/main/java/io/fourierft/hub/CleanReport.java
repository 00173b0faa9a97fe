package io.fourierft.hub;

/**
 * What a cleaning of a directory hub removed.
 *
 * @param temporaries how many leftovers of interrupted publications
 * @param blobs how many files that no version needs
 * @param tags how many tags of versions that are not there
 */
public record CleanReport(int temporaries, int blobs, int tags) {}
