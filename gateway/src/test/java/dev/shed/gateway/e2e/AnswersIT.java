package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.Await;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.e2e.Run.Result;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Answers to agents from a phone, with the real client, engine and tmux, and with programs that ask as
/// agents do.
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class AnswersIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static LiveGateway gateway;
    private static String shed;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
        gateway.authorize("phone", "role=\"responder\"");
        gateway.authorize("viewer", "role=\"viewer\"");
        shed = gateway.place().newShed();
        FakeAgent.install(gateway, shed);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static void open(String session, String agent, int questions) throws Exception {
        var command = "exec ~/bin/" + agent + " " + questions + " " + session;
        Place.inside(shed, "tmux", "-u", "new-session", "-d", "-s", session, command)
                .orFail();
    }

    private static Result phone(String line) throws Exception {
        return gateway.ssh("-s", shed + "@gw-phone", line);
    }

    /// The id of the question whose detail has this text.
    private static Optional<String> find(String detail) throws Exception {
        for (var row : JSON.readTree(phone("inbox --json").orFail()).get("questions")) {
            if (row.get("detail").asText().contains(detail)) {
                return Optional.of(row.get("id").asText());
            }
        }
        return Optional.empty();
    }

    private static String id(String detail) throws Exception {
        return Await.get("the question " + detail, Await.PATIENCE, () -> find(detail), Optional::isPresent)
                .orElseThrow();
    }

    private static List<String> log(String session) throws Exception {
        return Place.inside(shed, "sh", "-c", "cat ~/" + session + ".log")
                .out()
                .lines()
                .toList();
    }

    private static void press(String session, String key) throws Exception {
        Place.inside(shed, "tmux", "send-keys", "-t", "=" + session + ":", key).orFail();
    }

    private static void pressAtTheDesk(String session) {
        try {
            press(session, "y");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aHookGetsWhatWasAnsweredAndEachAnswerIsOnRecord() throws Exception {
        open("file", "hooked", 4);

        var first = id("file 1");
        assertThat(phone("approve " + first).orFail()).isEqualTo("approved " + shed + "+file: Bash: file 1\n");
        assertThat(phone("deny " + id("file 2") + " \"not 'here'\"").orFail()).startsWith("denied ");
        assertThat(phone("answer " + id("file 3") + " --option 2 --json").orFail())
                .contains("\"question\":\"Bash: file 3\",\"effect\":true}");
        assertThat(phone("answer " + id("file 4").toUpperCase(java.util.Locale.ROOT) + " in words")
                        .orFail())
                .startsWith("answered ");

        assertThat(log("file")).hasSize(4);
        assertThat(log("file").get(0)).contains("file {", "\"decision\":\"allow\"}");
        assertThat(log("file").get(1)).contains("\"decision\":\"deny\",\"text\":\"not 'here'\"}");
        assertThat(log("file").get(2)).contains("\"decision\":\"option\",\"option\":2}");
        assertThat(log("file").get(3)).contains("\"decision\":\"option\",\"text\":\"in words\"}");
        assertThat(gateway.audit().events().stream()
                        .filter(AuditEvent.QuestionAnswered.class::isInstance)
                        .map(AuditEvent::fields))
                .anySatisfy(fields -> assertThat(fields)
                        .containsEntry("identity", "phone")
                        .containsEntry("session", "file")
                        .containsEntry("kind", "approve")
                        .containsEntry("id", first)
                        .containsEntry("question", "Bash: file 1")
                        .containsEntry("outcome", "done"));
    }

    @Test
    void anAnsweredQuestionIsStaleAndNothingIsWritten() throws Exception {
        open("stale", "hooked", 2);
        var first = id("stale 1");
        press("stale", "y");
        id("stale 2");

        var late = phone("approve " + first);

        assertThat(late.status()).isEqualTo(75);
        assertThat(late.err())
                .startsWith("shed: question '" + first + "' was not answered: ")
                .contains("inbox");
        assertThat(phone("approve --json " + first).out()).contains("\"code\":\"STALE\"");
        assertThat(log("stale")).containsExactly("1 key y");
    }

    @Test
    void onlyWhoMayAnswerAnswers() throws Exception {
        open("mine", "hooked", 1);
        var id = id("mine 1");

        assertThat(gateway.ssh("-s", shed + "@gw-viewer", "approve " + id).status())
                .isEqualTo(77);
        assertThat(gateway.ssh("-s", shed + "@gw-phone", "send mine text").status())
                .isEqualTo(77);
        assertThat(phone("approve " + id).status()).isZero();
        assertThat(phone("deny " + id).status()).isEqualTo(75);
    }

    @Test
    void aDialogGetsTheKeyOfTheAnswer() throws Exception {
        open("keys", "claude", 3);

        assertThat(phone("approve " + id("keys-1")).orFail()).startsWith("approved ");
        assertThat(phone("deny " + id("keys-2")).orFail()).startsWith("denied ");
        assertThat(phone("answer " + id("keys-3") + " --option 2").orFail()).startsWith("answered ");

        assertThat(log("keys")).containsExactly("1 key 0d", "2 key 1b", "3 key 32");
    }

    @Test
    void aDialogThatIsAnotherOneByNowGetsNoKey() throws Exception {
        open("changed", "claude", 3);
        var first = id("changed-1");
        press("changed", "3");
        id("changed-2");

        assertThat(phone("approve " + first).status()).isEqualTo(75);
        var second = id("changed-2");
        var inWords = phone("deny " + second + " use another file");
        assertThat(inWords.status()).isEqualTo(75);
        assertThat(inWords.err()).contains("no key is known", "peek").doesNotContain("send --key");
        assertThat(phone("approve " + second).status()).isZero();
        assertThat(phone("approve " + second).status()).isEqualTo(75);

        assertThat(log("changed")).containsExactly("1 key 33", "2 key 0d");
    }

    /// Each question is answered at the desk and by a phone at the same time. What the phone answers is
    /// never the next question.
    @Test
    @Timeout(300)
    void ofTwoSidesNeitherAnswersTheWrongQuestion() throws Exception {
        int tries = Integer.getInteger("shed.tries", 20);
        open("twice", "hooked", 2 * tries);
        int answered = 0;
        long took = 0;
        for (int i = 1; i < 2 * tries; i += 2) {
            var asked = id("twice " + i);
            // Sometimes the one is first and sometimes the other: the delay varies around what the phone takes.
            long delay = took * (i * 37L % 200) / 100;
            var desk = CompletableFuture.runAsync(
                    () -> pressAtTheDesk("twice"), CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS));
            long begun = System.nanoTime();
            var answer = phone("deny " + asked);
            took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            desk.join();
            answered += answer.status() == 0 ? 1 : 0;
            assertThat(answer.status()).isIn(0, 75);
            // Where the phone was first, the key of the desk is for the next question, which is the risk of who sits
            // there.
            if (answer.status() != 0) {
                phone("approve " + id("twice " + (i + 1))).orFail();
            }
            int next = i + 1;
            var lines = Await.get("both are answered", Await.PATIENCE, () -> log("twice"), log -> log.size() >= next);
            assertThat(lines.get(i - 1)).startsWith(i + (answer.status() == 0 ? " file " : " key "));
            assertThat(lines.get(i)).doesNotContain("deny");
        }
        assertThat(log("twice").stream().filter(line -> line.contains("\"deny\"")))
                .hasSize(answered);
    }
}
