/** To be written. */
package io.fourierft.cli;
