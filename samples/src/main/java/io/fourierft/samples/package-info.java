/** To be written. */
package io.fourierft.samples;
