/** To be written. */
package io.fourierft.importer;
