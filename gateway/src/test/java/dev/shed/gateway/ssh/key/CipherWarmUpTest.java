package dev.shed.gateway.ssh.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CipherWarmUpTest {
    @Test
    void whatItEncryptsItCanDecrypt() {
        assertThat(CipherWarmUp.run(Duration.ZERO, 2000)).isTrue();
    }

    @Test
    void itEndsWhenItIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThat(CipherWarmUp.run(Duration.ZERO, 2000)).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }
}
