/** To be written. */
package io.fourierft.train;
