package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.e2e.Transcript;
import dev.shed.gateway.e2e.Transcript.Step;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The transcripts show every code with its status, and every verb wherever it can be called.
class TranscriptsTest {
    private static final Path TESTS = Path.of("src", "test");

    /// What no dialogue with a gateway and an engine that are whole comes to, and the tests that have it.
    private static final Map<Failure.Kind, String> ELSEWHERE = Map.of(
            Failure.Kind.ENGINE_UNAVAILABLE, "e2e/ErrorsIT.java: anEngineThatNeverWasThere",
            Failure.Kind.ENGINE_REFUSED, "e2e/ErrorsIT.java: anEngineThatRefuses",
            Failure.Kind.OTHER_REPOSITORY, "e2e/KeptWorkspaceIT.java: anotherRepositoryIsRefusedAndTheWorkspaceKept",
            Failure.Kind.OTHER_HOME, "container/docker/LifecycleIT.java: aKeptHomeIsNotMountedElsewhere",
            Failure.Kind.OTHER_OWNER,
                    "shed/lifecycle/KeptWorkspaceTest.java: whereUsersSeeTheirOwnShedsTheVolumesAreForTheirOwnersOnly",
            Failure.Kind.WORKTREE_FAILED, "e2e/RunVerbIT.java: wrongCallsStartNothing",
            Failure.Kind.STATE_UNUSABLE, "e2e/ErrorsIT.java: aStateDirectoryThatCannotBeWrittenAnyMore",
            Failure.Kind.INTERNAL, "ssh/ChannelEndWireTest.java: aDefectEndsTheChannelAndNamesAnIncident");

    /// Verbs that have nothing to say in JSON.
    private static final Set<String> FOR_PEOPLE = Set.of("console");

    private static final String ANYTHING = "…";

    private static final List<Step> STEPS = new ArrayList<>();

    @TempDir
    Path directory;

    @BeforeAll
    static void read() throws IOException {
        try (var files = Files.newDirectoryStream(TESTS.resolve("transcripts"), "*.txt")) {
            for (var file : files) {
                STEPS.addAll(Transcript.read(file, "demo").steps());
            }
        }
    }

    static List<Failure> failures() {
        return FailureTest.failures(_ -> ANYTHING).stream()
                .filter(failure -> !ELSEWHERE.containsKey(failure.kind()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyCodeIsShownWithItsStatus(Failure failure) {
        assertThat(STEPS)
                .as(failure.code())
                .filteredOn(step -> step.status() == failure.exitStatus().code())
                .anyMatch(step -> isJson(failure, step) || isText(failure, step));
    }

    private static boolean isJson(Failure failure, Step step) {
        return step.out().stream().anyMatch(line -> line.startsWith("{\"error\":{\"code\":\"" + failure.code() + "\""));
    }

    private static boolean isText(Failure failure, Step step) {
        var message =
                Pattern.compile("shed: " + Pattern.quote(failure.message()).replace(ANYTHING, "\\E.*\\Q"));
        // A message that is all of it about the case at hand cannot be told from another one.
        return !failure.message().equals(ANYTHING) && step.err().stream().anyMatch(message.asMatchPredicate());
    }

    @Test
    void whatIsShownElsewhereIsThere() throws IOException {
        for (var place : ELSEWHERE.values()) {
            var parts = place.split(": ", 2);
            assertThat(TESTS.resolve("java/dev/shed/gateway").resolve(parts[0]))
                    .content()
                    .contains(" void " + parts[1] + "() ");
        }
    }

    @Test
    void everyVerbIsShownWhereverItCanBeCalled() {
        var missing = new SoftAssertions();
        for (var entry : new Caller(new FakeRuntime(), directory).table().entries()) {
            var verb = "\\S* [\"']?" + entry.verb() + "\\b";
            var command = "(?<!-s )shed@gw" + verb;
            var subsystem = "-s " + (entry.scope() == Entry.Scope.LOBBY ? "shed@gw" : "(?!shed@)\\S+@gw") + verb;
            missing.assertThat(shown(command))
                    .as("as a command: " + entry.verb())
                    .isTrue();
            missing.assertThat(shown(subsystem))
                    .as("as a subsystem: " + entry.verb())
                    .isTrue();
            missing.assertThat(FOR_PEOPLE.contains(entry.verb()) || shown("@gw" + verb + ".* --json"))
                    .as("--json: " + entry.verb())
                    .isTrue();
            missing.assertThat(shown("\\b" + entry.verb() + "\\b.* --help"))
                    .as("--help: " + entry.verb())
                    .isTrue();
        }
        missing.assertAll();
    }

    /// Whether something like it is typed and succeeds.
    private static boolean shown(String typed) {
        var pattern = Pattern.compile(typed);
        return STEPS.stream()
                .anyMatch(step ->
                        step.status() == 0 && pattern.matcher(step.typed()).find());
    }
}
