/** To be written. */
package io.fourierft.adapter;
