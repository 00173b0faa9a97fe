/**
 * Pretrained models as transformers saves them: a directory of config.json and safetensors, one
 * file or shards with an index. Entry point: {@link io.fourierft.checkpoint.Checkpoint}.
 *
 * <p>Thread safety: an open checkpoint may be read by several threads.
 */
package io.fourierft.checkpoint;
