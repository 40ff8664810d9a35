package dev.shed.gateway.container.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.config.YamlTree;
import org.junit.jupiter.api.Test;

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
}
