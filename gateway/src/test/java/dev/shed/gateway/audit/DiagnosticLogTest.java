package dev.shed.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.AppenderAttachable;
import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The diagnostic log as it is configured: what strangers make the gateway say neither fills a disk nor moves a cursor.
class DiagnosticLogTest {
    private static final int LONGEST = 2200;

    private final LoggerContext context = new LoggerContext();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @BeforeEach
    void configure() throws Exception {
        context.setMDCAdapter(new LogbackMDCAdapter());
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(DiagnosticLogTest.class.getResource("/logback.xml"));
        redirect(context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders());
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private void redirect(Iterator<? extends Appender<?>> appenders) {
        appenders.forEachRemaining(appender -> {
            if (appender instanceof OutputStreamAppender<?> stream) {
                stream.setOutputStream(written);
            } else if (appender instanceof AppenderAttachable<?> others) {
                redirect(others.iteratorForAppenders());
            }
        });
    }

    private String log() {
        return written.toString(UTF_8);
    }

    @Test
    void whatStrangersSayOftenIsCounted() {
        var logger = context.getLogger("dev.shed.test");
        for (int i = 0; i < 10_000; i++) {
            logger.atWarn().addKeyValue("peer", i).log("connection refused");
        }
        logger.warn("something else");
        assertThat(log().lines()).hasSizeBetween(101, 130).last().asString().contains("something else");
    }

    @Test
    void aLongValueIsCut() {
        context.getLogger("dev.shed.test")
                .atWarn()
                .addKeyValue("client", "c".repeat(250_000))
                .log("refused");
        assertThat(log())
                .hasSizeBetween(1000, LONGEST)
                .contains("refused client=\"ccc")
                .endsWith("\n");
    }

    @Test
    void aValueMakesNoTerminalDoSomething() {
        context.getLogger("dev.shed.test").warn("name: {}", "a\u001b[2Jb\u009b2Jc\u0007d\u0085e\u2028f\nERROR g\u007f");
        assertThat(log()).endsWith("name: a [2Jb 2Jc d e f ERROR g  \n").hasLineCount(1);
    }

    @Test
    void whatAnExceptionSaysStartsNoLine() {
        var cause = new IllegalArgumentException("b\n2026-11-28T02:23:40.259Z ERROR c\u001b[2J");
        context.getLogger("dev.shed.test").error("a", new IllegalStateException("x\r\nERROR y", cause));
        assertThat(log().lines().skip(1))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("\tat ")
                        || line.startsWith("\t... ")
                        || line.startsWith("Caused by: ")
                        || line.startsWith("java.lang.IllegalStateException: "));
        assertThat(log()).doesNotContain("\u001b", "\r").contains("ERROR c").contains("ERROR y");
    }

    @Test
    void minaSaysNothingOfWhatPeersSend() {
        context.getLogger("dev.shed.gateway.ssh.connection.ConnectionMessages").warn("unknown global request");
        context.getLogger("org.apache.sshd.server.kex.DHGServer").error("Key encapsulation error");
        assertThat(log()).isEmpty();
    }
}
