package dev.shed.gateway.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.config.GatewayConfig.Listen;
import dev.shed.gateway.doctor.Finding.Severity;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.keys.AuthorizedKeysEditor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each fault is found, with the cure that mends it.
class DoctorTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Instant NOW = Instant.parse("2026-11-29T00:00:00Z");
    private static final MachineFaults MACHINE = new MachineFaults();

    @TempDir
    Path directory;

    private record Outcome(int status, String out) {}

    @AfterAll
    static void close() throws Exception {
        MACHINE.closeAll();
    }

    static Stream<Fault> faults() {
        return Stream.concat(FileFaults.all(), MACHINE.all());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultIsFoundAndItsCureIsSaid(Fault fault) throws Exception {
        var rows = new Doctor(List.of(fault.seed().in(directory)), LONG).examine();
        var findings = rows.stream()
                .map(Doctor.Row::finding)
                .filter(finding -> finding.severity() != Severity.OK)
                .toList();
        assertThat(findings).as(fault.name()).hasSize(1);
        var found = findings.getFirst();
        assertThat(found.severity()).isEqualTo(fault.severity());
        assertThat(found.message())
                .contains(named(fault.message()))
                .doesNotContain("\n", FileFaults.SECRET)
                .doesNotEndWith(".");
        assertThat(String.join("\n", found.cure()))
                .contains(named(fault.cure()))
                .doesNotContain(FileFaults.SECRET);
    }

    private String named(String text) {
        return text.replace("DIR", directory.toString());
    }

    private List<Check> healthy() throws Exception {
        return List.of(
                FileFaults.configuration(directory, "listen: {port: 1}\n", "rw-r--r--"),
                FileFaults.keys(directory, FileFaults.KEY),
                FileFaults.certificates(directory, FileFaults.KEY, "role=\"user\" developers\n", ""),
                new HostKeysCheck(List::of),
                FileFaults.environment(directory, "A=" + FileFaults.SECRET + "\n", "rw-------"),
                FileFaults.mount(directory, "rwxr-xr-x"),
                MachineFaults.listen(new Listen("127.0.0.1", 0)),
                MachineFaults.space(directory, 2L << 30),
                MachineFaults.space(directory.resolve("new"), 0),
                new EngineCheck(directory, _ -> true, FakeProbe.ofTime(NOW)),
                MachineFaults.image(FakeProbe.USABLE),
                new NamesCheck(Map.of("create.forge", "localhost"), name -> name),
                MachineFaults.clock(NOW, NOW),
                MachineFaults.limits(directory.resolve("root"), "1048576", "unlimited", "max", "16384"));
    }

    @Test
    void whatIsWellIsOk() throws Exception {
        var rows = new Doctor(healthy(), LONG).examine();
        assertThat(rows).hasSameSizeAs(healthyNames()).allSatisfy(row -> {
            assertThat(row.finding().severity()).as(row.toString()).isEqualTo(Severity.OK);
            assertThat(row.finding().cure()).isEmpty();
            assertThat(row.finding().message()).doesNotContain(FileFaults.SECRET);
        });
        assertThat(rows).extracting(Doctor.Row::about).containsExactlyElementsOf(healthyNames());
    }

    private static List<String> healthyNames() {
        return List.of(
                "configuration",
                "authorized keys",
                "certificates",
                "host keys",
                "secrets",
                "mounts",
                "listen",
                "state",
                "state",
                "engine",
                "image",
                "names",
                "clock",
                "limits");
    }

    /// The port is in use, by the gateway itself.
    @Test
    void aRunningGatewayMayHaveItsPort() {
        var check = new ListenCheck(
                new Listen("127.0.0.1", 22),
                _ -> {
                    throw new AssertionError("asked");
                },
                () -> true);
        assertThat(check.examine()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.OK);
            assertThat(finding.message()).startsWith("the gateway of this configuration runs");
        });
    }

    @Test
    void withoutKeysCertificatesCanLogIn() {
        var missing = new AuthorizedKeysCheck(
                new AuthorizedKeysEditor(directory.resolve("none"), Clock.systemUTC(), 3072),
                Clock.systemUTC(),
                "",
                true);
        assertThat(missing.examine())
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.OK));
    }

    @Test
    void aCheckThatHangsOrFailsDoesNotKeepTheOthers() throws Exception {
        var never = new CountDownLatch(1);
        var rows = new Doctor(
                        List.of(
                                check("hangs", () -> {
                                    never.await();
                                    return List.of();
                                }),
                                check("fails", () -> {
                                    throw new IllegalStateException("broken");
                                }),
                                check("works", () -> List.of(Finding.ok("fine")))),
                        Duration.ofSeconds(2))
                .examine();
        assertThat(rows).extracting(Doctor.Row::about).containsExactly("hangs", "fails", "works");
        assertThat(rows.get(0).finding().message()).startsWith("this check has not ended within 2 s");
        assertThat(rows.get(1).finding().message())
                .contains("a defect of this check")
                .contains("broken");
        assertThat(rows.get(2).finding().severity()).isEqualTo(Severity.OK);
    }

    private interface Examination {
        List<Finding> run() throws InterruptedException;
    }

    private static Check check(String about, Examination examination) {
        return new Check() {
            @Override
            public String about() {
                return about;
            }

            @Override
            public List<Finding> examine() throws InterruptedException {
                return examination.run();
            }
        };
    }

    private static Outcome doctor(List<Finding> findings, String... words) throws InterruptedException {
        var out = new ByteArrayOutputStream();
        var program = new DoctorProgram(
                new Doctor(List.of(check("engine", () -> findings)), LONG), new PrintStream(out, true, UTF_8));
        return new Outcome(program.run(List.of(words)), out.toString(UTF_8));
    }

    @Test
    void errorsMakeTheStatusAndWarningsDoNot() throws Exception {
        var ok = Finding.ok("it answers");
        var warning = Finding.warning("it is slow", "docker info");
        assertThat(doctor(List.of(ok, warning))).isEqualTo(new Outcome(0, """
            ok       engine: it answers
            warning  engine: it is slow
                     -> docker info
            """));
        assertThat(doctor(List.of(Finding.error("it is\u001b[2J gone", "# start it:", "systemctl start docker"))))
                .isEqualTo(new Outcome(1, """
                    error    engine: it is\\x1b[2J gone
                             -> # start it:
                             -> systemctl start docker
                    """));
    }

    @Test
    void jsonHasTheSame() throws Exception {
        assertThat(doctor(List.of(Finding.warning("it is slow", "docker info")), "--json"))
                .isEqualTo(new Outcome(
                        0,
                        "{\"ok\":true,\"findings\":[{\"about\":\"engine\",\"severity\":\"warning\","
                                + "\"message\":\"it is slow\",\"cure\":[\"docker info\"]}]}\n"));
        assertThat(doctor(List.of(Finding.error("it is gone", "dockerd")), "--json")
                        .status())
                .isEqualTo(1);
    }

    @Test
    void thereIsNoFaultWithoutACure() {
        assertThatThrownBy(() -> Finding.error("it is gone")).hasMessageEndingWith("it is gone");
        assertThatThrownBy(() -> Finding.warning("it is slow", List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Finding(Severity.OK, "fine", List.of("restart")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherArgumentsAreRefused() {
        assertThatThrownBy(() -> doctor(List.of(), "--jason"))
                .isInstanceOf(ShedException.class)
                .hasMessageContaining("unexpected arguments: --jason");
    }
}
