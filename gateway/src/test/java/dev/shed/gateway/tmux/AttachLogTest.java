package dev.shed.gateway.tmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.name.SessionName;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttachLogTest {
    private static final AttachLog.Id ID = new AttachLog.Id("abc");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // It attached, and was there to the end.
                "0|abc $0 /dev/pts/1,",
                "0|$0 /dev/pts/1,abc $0 /dev/pts/1,$0 /dev/pts/1,",
                // It switched, and its client went.
                "3|abc $0 /dev/pts/1,$3 /dev/pts/1,- /dev/pts/1,",
                // Others come, switch and go elsewhere.
                "0|abc $0 /dev/pts/1,def $5 /dev/pts/2,$6 /dev/pts/2,- /dev/pts/2,",
                // Its terminal is somebody else's now.
                "0|abc $0 /dev/pts/1,- /dev/pts/1,def $7 /dev/pts/1,",
                "0|abc $0 /dev/pts/1,def $7 /dev/pts/1,$8 /dev/pts/1,",
                "0|abc $0 /dev/pts/1,- /dev/pts/1,$7 /dev/pts/1,",
                // It came back, and has switched since.
                "2|abc $0 /dev/pts/1,- /dev/pts/1,abc $0 /dev/pts/4,$2 /dev/pts/4,",
                // The beginning was cut off.
                "1|/pts/9,abc $1 /dev/pts/1,",
            })
    void theSessionIsTheOneThatWasOnTheScreen(int session, String log) {
        assertThat(AttachLog.shown(log + "\n", ID)).contains(session);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "def $0 /dev/pts/1,$0 /dev/pts/1,",
                "abc,$0,,, ,$0 /dev/pts/1,",
                "abc /dev/pts/1,$0 /dev/pts/1,",
                "abc $99999999999 /dev/pts/1,",
                "abc x /dev/pts/1,"
            })
    void otherwiseThereIsNone(String log) {
        assertThat(AttachLog.shown(log, ID)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "#{x}", "a b", "a;b", "a\"b", "a\n", "0123456789012345678901234567890123"})
    void anIdIsLettersAndDigits(String text) {
        assertThat(AttachLog.Id.parse(text)).isEmpty();
    }

    @Test
    void theAttachIsWrittenDown() {
        var client = new Tmux.Client(new WindowSize(80, 24), true, Optional.of(ID));
        assertThat(Tmux.attach(client, Tmux.Target.of(SessionName.parse("debug"))))
                .startsWith("tmux", "-u", "-T", "RGB")
                .containsSubsequence("attach-session", "-t", "=debug", ";", "if-shell")
                .endsWith("#{=-4000:@shed-attached}abc #{session_id} #{client_name},");
        assertThat(Tmux.attach(client, Tmux.Target.of(3))).containsSubsequence("attach-session", "-t", "$3", ";");
        assertThat(Tmux.watch(client, Tmux.Target.of(3))).containsSubsequence("-t", "$3", ";");
    }
}
