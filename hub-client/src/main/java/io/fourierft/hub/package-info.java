/** To be written. */
package io.fourierft.hub;
