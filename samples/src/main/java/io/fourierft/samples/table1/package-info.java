/**
 * The paper's Table 1: how many parameters LoRA and FourierFT train, and how many bytes they take,
 * from nothing but the configuration files of the base models.
 *
 * <p>Entry point: {@link io.fourierft.samples.table1.TableOne#compute}. Immutable values.
 */
package io.fourierft.samples.table1;
