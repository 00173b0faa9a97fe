/**
 * Adapters as values, and the file they are kept in.
 *
 * <p>Entry points: {@link io.fourierft.adapter.Adapter#builder()} to make one, {@link
 * io.fourierft.adapter.AdapterFiles} to read, write and verify. An adapter file is
 *
 * <pre>
 * File    = Header Payload Digest
 * Header  = magic (8 bytes: 89 46 46 54 0D 0A 1A 0A), version (u32), payload length (u32)
 * Payload = AdapterMessage (protobuf, adapter.proto)
 * Digest  = sha256 of Header and Payload (32 bytes)
 * </pre>
 *
 * <p>with little-endian numbers. History: version 1, first format.
 *
 * <p>Thread safety: the values are immutable, the file operations stateless; concurrent writers of
 * one path each leave a whole file, the last one stays.
 */
package io.fourierft.adapter;
