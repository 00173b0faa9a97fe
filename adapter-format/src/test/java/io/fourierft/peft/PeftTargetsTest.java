package io.fourierft.peft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PeftTargetsTest {
  private static final String QUERY_0 = "bert.encoder.layer.0.attention.self.query";
  private static final String QUERY_1 = "bert.encoder.layer.1.attention.self.query";

  @Test
  void listsNameModulesBySuffixAndTextsByExpression() throws Exception {
    check("{'target_modules': ['query', 'pooler.dense']}", QUERY_0, true);
    check("{'target_modules': ['uery']}", QUERY_0, false);
    check("{'target_modules': ['pooler.dense']}", "bert.pooler.dense", true);
    check("{'target_modules': ['dense']}", "dense", true);
    check("{'target_modules': '.*query'}", QUERY_0, true);
    check("{'target_modules': 'query'}", QUERY_0, false);
    check("{'target_modules': '.*(?P<the_part>self).query'}", QUERY_0, true);
    check("{'target_modules': '.*(?P<c>t)(?P=c).*'}", QUERY_0, true);
    check("{'target_modules': '(('}", QUERY_0, false);
    check("{}", QUERY_0, false);
  }

  @Test
  void excludedAndSavedModulesAreNotAdapted() throws Exception {
    String all = "{'target_modules': ['query'], ";
    check(all + "'exclude_modules': ['self.query']}", QUERY_0, false);
    check(all + "'exclude_modules': '.*layer.1.*'}", QUERY_0, true);
    check(all + "'exclude_modules': '.*layer.1.*'}", QUERY_1, false);
    check(all + "'modules_to_save': ['attention']}", QUERY_0, false);
    check(all + "'modules_to_save': ['attent']}", QUERY_0, true);
    check(all + "'modules_to_save': null}", QUERY_0, true);
  }

  @Test
  void layerNumbersLimitWhatSuffixesName() throws Exception {
    String all = "{'target_modules': ['query'], 'layers_to_transform': ";
    check(all + "1}", QUERY_0, false);
    check(all + "1}", QUERY_1, true);
    check(all + "[0, 2]}", QUERY_0, true);
    check(all + "[]}", QUERY_1, true);
    check(all + "[0], 'layers_pattern': 'layer'}", QUERY_0, true);
    check(all + "[0], 'layers_pattern': ['h', 'layer']}", QUERY_0, true);
    check(all + "[0], 'layers_pattern': ['h']}", QUERY_0, false);
    check(all + "[0]}", "x.query", false);
    check(all + "[0]}", "query", true);
    check("{'target_modules': ['" + QUERY_1 + "'], 'layers_to_transform': [0]}", QUERY_1, true);
  }

  @Test
  void frequencyPatternsMatchFromTheStartAsInPython() throws Exception {
    PeftConfig config =
        config("{'n_frequency': 3, 'n_frequency_pattern': {'x|layer.0.*': 4, 'query': 5}}");
    assertThat(config.frequencies(QUERY_0)).isEqualTo(5);
    assertThat(config.frequencies("h.x.other")).isEqualTo(4);
    assertThat(config.frequencies("h.y.other")).isEqualTo(3);
  }

  private static void check(String json, String module, boolean expected) throws Exception {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    PeftTargets targets = new PeftTargets(JsonFields.parse(bytes, "test").nodes());
    assertThat(targets.includes(module)).as("%s of %s", module, json).isEqualTo(expected);
  }

  private static PeftConfig config(String json) throws Exception {
    String text = json.replace('\'', '"').replaceFirst("\\{", "{\"peft_type\": \"FOURIERFT\", ");
    return PeftConfig.parse(text.getBytes(StandardCharsets.UTF_8), "test");
  }
}
