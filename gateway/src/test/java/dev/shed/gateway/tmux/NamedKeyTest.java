package dev.shed.gateway.tmux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedKeyTest {
    @ParameterizedTest
    @CsvSource({
        "enter, 0d",
        "ESCAPE, 1b",
        "tab, 09",
        "shift-tab, 1b5b5a",
        "space, 20",
        "backspace, 7f",
        "up, 1b5b41",
        "page-down, 1b5b367e",
        "f1, 1b4f50",
        "f5, 1b5b31357e",
        "f12, 1b5b32347e",
        "ctrl-a, 01",
        "ctrl-c, 03",
        "ctrl-z, 1a",
        "y, 79",
        "Y, 59",
        "~, 7e",
        "-, 2d"
    })
    void aKeySendsWhatATerminalSends(String name, String bytes) {
        var sent = NamedKey.find(name).orElseThrow().usual();
        assertThat(sent.chars().mapToObj(c -> String.format("%02x", c)).reduce("", String::concat))
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "esc", "f0", "f13", "ctrl-", "ctrl-1", "ctrl-cc", "é", "ab", "\u001b"})
    void otherNamesAreNone(String name) {
        assertThat(NamedKey.find(name)).isEmpty();
    }

    @Test
    void everyNameThatPeopleAreToldIsOne() {
        var names = Arrays.stream(NamedKey.NAMES.split(", (or )?"))
                .filter(name -> !name.equals("one character"))
                .flatMap(name -> Arrays.stream(name.split(" to ")));
        assertThat(names)
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(NamedKey.find(name)).isPresent());
    }
}
