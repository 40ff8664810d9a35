package dev.shed.gateway.container.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.config.YamlTree;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodTemplateTest {
    private static String merged(String pod, String template) throws Exception {
        return PodTemplate.merged((ObjectNode) new ObjectMapper().readTree(pod), YamlTree.parse(template))
                .toString();
    }

    @Test
    void whatTheTemplateSaysWins() throws Exception {
        assertThat(merged("{'a':{'b':1,'c':2},'d':3}".replace('\'', '"'), "{a: {c: 4, e: 5}, d: null}"))
                .isEqualTo("{'a':{'b':1,'c':4,'e':5}}".replace('\'', '"'));
    }

    @Test
    void namedElementsAreMergedAndOthersAdded() throws Exception {
        assertThat(merged(
                        "{'containers':[{'name':'shed','command':['a','b'],'x':1}],'tolerations':[1]}"
                                .replace('\'', '"'),
                        "{containers: [{name: shed, command: [c]}, {name: side}], tolerations: [2]}"))
                .isEqualTo(("{'containers':[{'name':'shed','command':['c'],'x':1},{'name':'side'}],"
                                + "'tolerations':[1,2]}")
                        .replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    [a]                      | it is not a mapping
                    metadata: 5              | metadata is not a mapping
                    metadata: {labels: [a]}  | metadata.labels is not a mapping
                    metadata: {annotations: x} | metadata.annotations is not a mapping
                    spec: [containers]       | spec is not a mapping
                    """)
    void whatIsNoPartOfAPodIsRefused(String template, String problem) throws IOException {
        var tree = YamlTree.parse(template);
        assertThatThrownBy(() -> PodTemplate.check(tree))
                .isInstanceOf(IOException.class)
                .hasMessage(problem);
    }

    @Test
    void aPartOfAPodIsAccepted() {
        assertThatCode(() -> PodTemplate.check(YamlTree.parse("{metadata: {labels: {a: b}}, spec: {hostname: x}}")))
                .doesNotThrowAnyException();
    }
}
