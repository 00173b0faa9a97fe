/**
 * Examines the machine and the set-up.
 *
 * <p>{@link io.fourierft.cli.doctor.Doctor} runs every {@link io.fourierft.cli.doctor.Check} and
 * returns {@link io.fourierft.cli.doctor.Finding findings}: what is there, whether it will do, and
 * what to do about it. Checks are stateless.
 */
package io.fourierft.cli.doctor;
