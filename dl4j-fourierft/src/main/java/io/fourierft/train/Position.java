package io.fourierft.train;

/**
 * How far a training has come.
 *
 * @param epoch number of the running epoch, from 0
 * @param step optimiser steps of that epoch already taken
 */
record Position(int epoch, int step) {}
