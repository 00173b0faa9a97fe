package io.fourierft.samples.quickstart;

import io.fourierft.train.TrainListener;

/** Hears what the quick start does. */
public interface QuickStartListener {
  /** Hears nothing. */
  QuickStartListener SILENT =
      new QuickStartListener() {
        @Override
        public void progress(String what, String text) {}

        @Override
        public void result(String what, String text) {}

        @Override
        public TrainListener training(String what) {
          return TrainListener.SILENT;
        }
      };

  /**
   * Something was done on the way.
   *
   * @param what a word or two
   * @param text what there is to say about it
   */
  void progress(String what, String text);

  /**
   * Something that the user wanted to know.
   *
   * @param what a word or two
   * @param text the result
   */
  void result(String what, String text);

  /**
   * A training is about to begin.
   *
   * @param what is trained, in a word or two
   * @return hears how it goes
   */
  TrainListener training(String what);
}
