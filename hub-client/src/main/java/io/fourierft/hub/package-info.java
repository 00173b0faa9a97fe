/**
 * Hubs: places where adapters are published, version by version, and fetched by name.
 *
 * <p>Entry point: {@link io.fourierft.hub.Hubs#open(String)} with a URI such as {@code
 * dir:~/.fourierft/hub}. A hub stores named files under a {@link io.fourierft.hub.RepoId}; it does
 * not look into them, so this package needs neither ND4J nor the adapter types.
 *
 * <p>Thread safety: the value types are immutable. A {@link io.fourierft.hub.Hub} may be shared by
 * threads, and the directory hub also by processes on several machines.
 */
package io.fourierft.hub;
