/**
 * Adapters in OCI registries, the servers that container images are kept in, as CNCF ModelPack
 * artifacts.
 *
 * <p>Entry point: {@link io.fourierft.hub.oci.OciHub}, opened with {@link
 * io.fourierft.hub.oci.OciSettings}. Each file of a version is a layer of its own, neither packed
 * nor compressed, so that its digest is the SHA-256 of the file. Registries are hostile: manifests
 * and files are compared with their digests, names and sizes are checked, and credentials go to the
 * registry and to the token server that it names over https only.
 *
 * <p>Hubs and settings are safe for use by several threads.
 */
package io.fourierft.hub.oci;
