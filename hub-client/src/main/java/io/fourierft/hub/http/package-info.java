/**
 * How the clients of hub protocols use HTTP: shared by them, not meant for use by others.
 *
 * <p>Entry point: {@link io.fourierft.hub.http.Wire}, which sends a {@link
 * io.fourierft.hub.http.Call} and knows, through a {@link io.fourierft.hub.http.Dialect}, who the
 * caller is. Servers are hostile: redirects are followed by hand, what identifies the caller goes
 * to the origin of the endpoint only, encryption is never given up on the way, every body has a
 * limit, and a server that falls silent is given up.
 *
 * <p>Wires are safe for use by several threads, records and secrets are immutable; {@link
 * io.fourierft.hub.http.ContentDigest} belongs to one thread.
 */
package io.fourierft.hub.http;
