/**
 * Adapters and models over the protocol of the Hugging Face Hub, spoken by huggingface.co and by
 * many private servers.
 *
 * <p>Entry point: {@link io.fourierft.hub.huggingface.HuggingFaceHub}, opened with {@link
 * io.fourierft.hub.huggingface.HuggingFaceSettings}. Downloaded files lie in the cache that Python
 * uses, in its layout. Servers are hostile: every digest, name and size is checked, redirects are
 * followed by hand, and the token never leaves the origin of the endpoint.
 *
 * <p>Hubs and settings are safe for use by several threads.
 */
package io.fourierft.hub.huggingface;
