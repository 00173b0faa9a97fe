package io.fourierft.spectral;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Mt19937Test {
  @Test
  void tenThousandthWordIsTheOneTheCppStandardDemands() {
    Mt19937 random = new Mt19937(5489);
    long word = 0;
    for (int i = 0; i < 10_000; i++) {
      word = random.nextUnsigned();
    }
    assertThat(word).isEqualTo(4123659995L);
  }

  @Test
  void onlyLow32BitsOfTheSeedCount() {
    assertThat(new Mt19937(777L + (5L << 32)).nextLong()).isEqualTo(new Mt19937(777).nextLong());
  }

  @Test
  void unitNumbersLieStrictlyBetweenZeroAndOne() {
    Mt19937 random = new Mt19937(3);
    for (int i = 0; i < 100_000; i++) {
      assertThat(random.nextOpenUnit()).isGreaterThan(0).isLessThan(1);
    }
  }
}
