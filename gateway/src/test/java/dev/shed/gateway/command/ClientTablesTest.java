package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.cli.table.Table;
import dev.shed.cli.text.Age;
import dev.shed.cli.text.Printable;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.text.RelativeTime;
import dev.shed.gateway.text.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The client draws tables by the rules of the gateway's. It has a copy of them, since neither is a part of the other.
class ClientTablesTest {
    private static final Instant NOW = Instant.parse("2026-01-25T12:00:00Z");

    @Test
    void agesAreTheSame() {
        for (var age = Duration.ofHours(-1); age.toDays() < 2000; age = age.plusMinutes(7 + age.toHours())) {
            var then = NOW.minus(age);
            assertThat(Age.of(then.toString(), NOW)).as("%s", age).isEqualTo(RelativeTime.of(then, NOW));
        }
    }

    @Test
    void tablesAreTheSameAtEveryWidth() {
        var header = List.of("ONE", "TWO", "THREE", "FOUR");
        var here = new TextTable(4, header).dropping("THREE", "ONE");
        var there = new Table(header).dropping(List.of("THREE", "ONE"));
        for (var row : List.of(
                List.of("1", "漢字🙂e\u0301", "\u001b[2J\n\u202e", "4"), List.of("ｶﾅ", "", "a b", "한글 long text"))) {
            here.row(row);
            there.row(row);
        }
        for (int columns = 0; columns < 80; columns++) {
            assertThat(there.lines(columns)).as("%d columns", columns).isEqualTo(here.lines(columns));
        }
    }

    @Test
    void foreignTextIsEscapedTheSame() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (Character.getType(point) != Character.SURROGATE) {
                var text = Character.toString(point);
                assertThat(Printable.of(text)).isEqualTo(FailureText.printable(text));
            }
        }
    }
}
