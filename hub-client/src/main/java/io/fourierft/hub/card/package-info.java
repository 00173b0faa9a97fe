/**
 * What hubs show people of an adapter: a model card written from the adapter itself, and the set of
 * files that is published with it.
 *
 * <p>{@link io.fourierft.hub.card.Parcel} is the entry point. Parcels belong to one thread;
 * everything else is immutable.
 */
package io.fourierft.hub.card;
