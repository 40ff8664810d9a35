package dev.shed.gateway.shed.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.shed.gateway.Await;
import dev.shed.gateway.RecordingAuditLog;
import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.agent.ConversationLines;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program.Argv;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// What is resumed after a start, and what a failure changes.
class AutoResumeTest {
    private static final ShedName DEMO = ShedName.parse("demo");
    private static final SessionName SLOW = SessionName.parse("slow");

    private final RecordingAuditLog audit = new RecordingAuditLog();
    private final FakeRuntime runtime = new FakeRuntime().with("demo").programs(this::program);
    private volatile String listing = "";
    private volatile int listed = 0;

    /// How many starts were noted as dealt with, which is the last that is written for one.
    private final AtomicInteger finished = new AtomicInteger();

    @TempDir
    private Path state;

    private Optional<ContainerProcess> program(ExecSpec spec) {
        var words = spec.program().toString();
        if (words.contains("boot_id")) {
            var noted = FakeProcess.printing("", "", onThisHost(spec));
            if (((Argv) spec.program()).words().getLast().equals("done")) {
                finished.incrementAndGet();
            }
            return Optional.of(noted);
        }
        if (words.contains("shed-sessions")) {
            return Optional.of(FakeProcess.printing(listing, "", listed));
        }
        if (words.contains("new-session") && words.contains("broken")) {
            return Optional.of(FakeProcess.printing("", "create window failed: fork failed", 1));
        }
        if (words.contains("has-session")) {
            return Optional.of(FakeProcess.printing("", "can't find session", 1));
        }
        if (words.contains("new-session")) {
            listing = listing.lines()
                    .filter(line -> !words.contains("c-" + line.split("\t", -1)[1]))
                    .collect(Collectors.joining("\n"));
        }
        return Optional.of(FakeProcess.printing("", "", 0));
    }

    /// This host has started, too, and has a first process.
    private int onThisHost(ExecSpec spec) {
        try {
            var program = new ProcessBuilder(((Argv) spec.program()).words());
            program.environment().put("XDG_STATE_HOME", state.toString());
            return program.start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String noted(String session) {
        return "noted\t" + session + "\t{\"agent\":\"codex\",\"conversation\":\"c-" + session
                + "\",\"directory\":\"/workspace\"}\n";
    }

    private void start() throws InterruptedException {
        start("gateway");
    }

    private void start(String gateway) throws InterruptedException {
        var sessions = new Sessions(runtime, new Workspace("/workspace"), Sessions.Relays.NONE);
        new AutoResume(sessions, runtime, audit, gateway)
                .afterStart(new Shed(runtime.list().getFirst(), false));
    }

    private void awaitResumed(String... outcomes) throws Exception {
        Await.until("it is resumed, or given up", () -> resumed().equals(List.of(outcomes)));
        Await.until("its start is noted", () -> finished.get() == 1);
    }

    private List<String> resumed() {
        return audit.events().stream()
                .filter(AuditEvent.SessionResumed.class::isInstance)
                .map(event ->
                        event.fields().get("session") + " " + event.fields().get("outcome"))
                .toList();
    }

    @Test
    void whatCannotBeResumedKeepsNoOtherFromBeing() throws Exception {
        listing = noted("broken") + noted("good");
        runs(runtime);
        awaitResumed("good done", "broken SHED_NOT_READY");
    }

    /// Its agent may do then what its options forbade.
    @Test
    void noneIsResumedWithoutTheOptionsThatItHad() throws Exception {
        listing = noted("restricted").replace("}", ",\"options\":[],\"lost\":true}") + noted("good");
        start();
        assertThat(resumed()).containsExactly("restricted SESSION_NOT_READY", "good done");
    }

    /// A login waits for the agent of its session, and for no other.
    @Test
    void aLoginWaitsForTheAgentOfItsSession() throws Exception {
        var starts = new CountDownLatch(1);
        var goesOn = new CountDownLatch(1);
        var slow = new FakeRuntime().with("demo").programs(spec -> {
            var words = spec.program().toString();
            if (words.contains("new-session") && words.contains("c-slow")) {
                starts.countDown();
                await(goesOn);
            }
            return program(spec);
        });
        listing = noted("quick") + noted("slow");
        var resume = autoResume(slow, Duration.ofMinutes(1));
        var told = new CopyOnWriteArrayList<String>();
        resume.await(DEMO, SLOW, () -> told.add("before the start"));
        resume.ended(DEMO);
        var login = login(resume, SLOW, told);
        resume.runs(DEMO, true, () -> new Shed(slow.list().getFirst(), false));
        assertThat(starts.await(30, TimeUnit.SECONDS)).isTrue();
        for (var session : List.of("quick", "plain")) {
            resume.await(DEMO, SessionName.parse(session), () -> told.add(session));
        }
        Await.until("the login waits", () -> told.equals(List.of("slow")));
        assertThat(login.isDone()).isFalse();
        goesOn.countDown();
        login.get(30, TimeUnit.SECONDS);
        resume.await(DEMO, SLOW, () -> told.add("afterwards"));
        assertThat(told).containsExactly("slow");
        Await.until(
                "the start is noted",
                () -> !Files.readString(state.resolve("shed/sessions/.start")).contains("gateway"));
        assertThat(resumed()).containsExactly("quick done", "slow done");
    }

    private static FutureTask<Object> login(AutoResume resume, SessionName session, List<String> told) {
        var login = new FutureTask<Object>(() -> {
            resume.await(DEMO, session, () -> told.add(session.value()));
            return "done";
        });
        Thread.ofPlatform().start(login);
        return login;
    }

    /// Nor for one that has ended, or of which the engine has not told that it runs.
    @Test
    void noLoginWaitsForEver() throws Exception {
        var resume = autoResume(runtime, Duration.ofMillis(100));
        resume.ended(DEMO);
        resume.await(DEMO, SLOW, () -> {});

        var patient = autoResume(runtime, Duration.ofMinutes(1));
        patient.ended(DEMO);
        var login = login(patient, SLOW, new CopyOnWriteArrayList<>());
        patient.runs(DEMO, true, () -> {
            throw new ShedException(Failure.shedNotFound("demo"));
        });
        login.get(30, TimeUnit.SECONDS);
        patient.ended(DEMO);
        patient.deleted(DEMO);
        patient.await(DEMO, SLOW, () -> {});
    }

    private AutoResume autoResume(FakeRuntime of, Duration limit) {
        var waits = new AutoResume.Waits(limit, Duration.ofMillis(1));
        return new AutoResume(
                new Sessions(of, new Workspace("/workspace"), Sessions.Relays.NONE), of, audit, "gateway", waits);
    }

    private void runs(FakeRuntime of) {
        autoResume(of, Duration.ofMinutes(1))
                .runs(DEMO, true, () -> new Shed(of.list().getFirst(), false));
    }

    /// As after the start of a host with many sheds.
    @Test
    void aShedThatIsTooSlowIsAskedAgain() throws Exception {
        var asked = new AtomicInteger();
        listing = noted("good");
        runs(new FakeRuntime().with("demo").programs(spec -> {
            listed = spec.program().toString().contains("shed-sessions") && asked.incrementAndGet() < 3 ? 1 : 0;
            return program(spec);
        }));
        awaitResumed("good done");
        assertThat(asked).hasValue(3);
    }

    @Test
    void soIsOneThatIsTooSlowToStartAnAgent() throws Exception {
        var asked = new AtomicInteger();
        listing = noted("broken") + noted("good");
        runs(new FakeRuntime().with("demo").programs(spec -> {
            var words = spec.program().toString();
            return words.contains("new-session") && words.contains("broken") && asked.incrementAndGet() > 2
                    ? Optional.of(FakeProcess.printing("", "", 0))
                    : program(spec);
        }));
        awaitResumed("good done", "broken done");
    }

    /// The log says so.
    @Test
    void notForEver() throws Exception {
        var asked = new AtomicInteger();
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        var log = (Logger) LoggerFactory.getLogger(AutoResume.class);
        log.setLevel(Level.INFO);
        log.addAppender(logged);
        listed = 1;
        runs(new FakeRuntime().with("demo").programs(spec -> {
            if (spec.program().toString().contains("shed-sessions")) {
                asked.incrementAndGet();
            }
            return program(spec);
        }));
        Await.until(
                "it has given up",
                () -> List.copyOf(logged.list).stream().anyMatch(event -> event.getLevel() == Level.WARN));
        log.detachAppender(logged);
        log.setLevel(null);
        assertThat(logged.list)
                .extracting(ILoggingEvent::getMessage)
                .hasSize(AutoResume.TRIES)
                .containsOnly("agents could not be resumed");
        assertThat(asked).hasValue(AutoResume.TRIES);
        assertThat(resumed()).isEmpty();
    }

    @Test
    void eachStartIsDealtWithOnce() throws Exception {
        listing = noted("good");
        start();
        start();
        start("other");
        assertThat(resumed()).containsExactly("good done");

        note("an earlier start");
        listing = noted("good");
        start("other");
        assertThat(resumed()).containsExactly("good done", "good done");
    }

    /// As when it is killed in between, or the shed does not answer. Another gateway leaves that to it.
    @Test
    void aGatewayGoesOnWithWhatItHasBegun() throws Exception {
        listing = noted("good");
        listed = 1;
        start();
        listed = 0;
        start("other");
        assertThat(resumed()).isEmpty();
        start();
        start();
        assertThat(resumed()).containsExactly("good done");
    }

    @Test
    void aStartThatCannotBeNotedResumesNothing() throws Exception {
        listing = noted("good");
        Files.writeString(state.resolve("shed"), "");
        start();
        assertThat(resumed()).isEmpty();
    }

    /// The record of an agent may have the number that its successor gets.
    @Test
    void ofTwoThatResumeAtOnceOneRemovesTheRecord() throws Exception {
        var notes = new AtomicInteger();
        var looks = new AtomicInteger();
        var exists = new AtomicBoolean();
        var starts = new CountDownLatch(1);
        var goesOn = new CountDownLatch(1);
        var busy = new FakeRuntime().with("demo").programs(spec -> {
            var words = spec.program().toString();
            if (words.contains("has-session") && looks.incrementAndGet() > 0 && !exists.get()) {
                return Optional.of(FakeProcess.printing("", "can't find session", 1));
            }
            if (words.contains("shed-conversations") && words.contains("mv -f")) {
                notes.incrementAndGet();
            }
            if (words.contains("new-session")) {
                starts.countDown();
                await(goesOn);
                exists.set(true);
            }
            return Optional.of(FakeProcess.printing("", "", 0));
        });
        var sessions = new Sessions(busy, new Workspace("/workspace"), Sessions.Relays.NONE);
        var shed = new Shed(busy.list().getFirst(), false);
        var conversation =
                ConversationLines.parse(List.of(noted("good").strip())).getFirst();
        var first = new FutureTask<Object>(() -> resume(sessions, shed, conversation));
        Thread.ofPlatform().start(first);
        assertThat(starts.await(30, TimeUnit.SECONDS)).isTrue();
        var second = new FutureTask<Object>(() -> resume(sessions, shed, conversation));
        var thread = Thread.ofPlatform().start(second);
        Await.until(
                "the second waits",
                () -> notes.get() == 2 || (looks.get() == 1 && thread.getState() == Thread.State.TIMED_WAITING));
        goesOn.countDown();
        assertThat(first.get()).isEqualTo("done");
        assertThat(second.get()).isEqualTo("SESSION_ALREADY_EXISTS");
        assertThat(notes).hasValue(1);
    }

    private static String resume(Sessions sessions, Shed shed, Conversation conversation) throws InterruptedException {
        try {
            sessions.resume(shed, conversation);
            return "done";
        } catch (ShedException e) {
            return e.failure().code();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void note(String text) throws IOException {
        Files.writeString(state.resolve("shed/sessions/.start"), text + "\n");
    }

    @Test
    void aShedWithNotesWithoutEndIsResumedOnlyInPart() throws Exception {
        var notes = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            notes.append(noted("s" + i));
        }
        listing = notes.toString();
        start();
        assertThat(resumed()).hasSize(16);
    }
}
