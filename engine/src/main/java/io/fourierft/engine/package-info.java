/** To be written. */
package io.fourierft.engine;
