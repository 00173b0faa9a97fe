/**
 * FourierFT in Deeplearning4j networks: layers for new configurations, and adapters over networks
 * that were trained before.
 *
 * <p>Entry points: {@link io.fourierft.layers.AdaptedNetwork} for trained networks, {@link
 * io.fourierft.layers.FourierFtLayer} for configurations. As DL4J's own, networks and layers serve
 * one thread at a time; configurations may be shared while nothing changes them.
 */
package io.fourierft.layers;
