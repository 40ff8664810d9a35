package dev.shed.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// Words of a call that are no text.
class RawTextTest {
    @Test
    void bytesThatAreNoTextStayAsTheyAre() {
        var bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        assertThat(RawText.encode(RawText.decode(ByteBuffer.wrap(bytes)))).isEqualTo(bytes);
        var text = "é✓\ud83d\ude00";
        assertThat(RawText.decode(ByteBuffer.wrap(RawText.encode(text)))).isEqualTo(text);
    }
}
