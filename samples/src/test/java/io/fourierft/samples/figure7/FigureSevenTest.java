package io.fourierft.samples.figure7;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.samples.figure7.FigureSeven.Options;
import io.fourierft.samples.figure7.FigureSeven.Result;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FigureSevenTest {
  private static final List<Double> RATES = List.of(0.01);

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4})
  void fourierReachesAllPointsAndLoraOfAsManyParametersDoesNot(long seed) {
    List<Curve> heard = new ArrayList<>();
    Options options = new Options(seed, RATES, false);

    Result result = FigureSeven.run(options, heard::add);

    Curve fourier = result.fourier();
    assertThat(fourier.parameters()).isEqualTo(128);
    assertThat(fourier.perfectAt()).as("seed %d", seed).isPresent();
    assertThat(fourier.perfectAt().getAsInt()).as("seed %d", seed).isLessThanOrEqualTo(500);
    Curve lora = result.bestLora();
    assertThat(lora.parameters()).isEqualTo(128);
    assertThat(lora.accuracies()).hasSize(FigureSeven.EPOCHS);
    assertThat(lora.perfectAt()).as("seed %d", seed).isEmpty();
    assertThat(heard).hasSize(1 + RATES.size()).startsWith(fourier);
  }

  @Test
  void theReportShowsTheDataAndEveryCurve(@TempDir Path folder) throws IOException {
    Curve fourier = new Curve("FourierFT", 128, 0.01, new double[] {0.25, 0.5, 1, 1});
    Curve slow = new Curve("LoRA", 128, 0.001, new double[] {0.125, 0.25, 0.25, 0.25});
    Curve fast = new Curve("LoRA", 128, 0.01, new double[] {0.125, 0.5, 0.75, 0.625});
    Result result = new Result(Clusters.draw(3), fourier, List.of(slow, fast));
    assertThat(result.bestLora()).isSameAs(fast);

    FigureReport.of(result, 3).write(folder.resolve("figure7.html"));
    FigureImage.write(result, folder.resolve("figure7.png"));

    String html = Files.readString(folder.resolve("figure7.html"));
    assertThat(html).contains("FourierFT, 128 parameters", "LoRA, 128 parameters", "epoch\u00a03");
    assertThat(html.split("class=\"group", -1)).hasSizeGreaterThanOrEqualTo(200);
    assertThat(html).doesNotContain("http://", "https://", "<script");
    BufferedImage image = ImageIO.read(folder.resolve("figure7.png").toFile());
    assertThat(image.getWidth()).isEqualTo(1440);
    assertThat(image.getHeight()).isEqualTo(660);
  }
}
